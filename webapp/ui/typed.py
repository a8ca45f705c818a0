"""Components that say exactly what they take and give, or leave that to `webapp.choice`.

They are changed one by one: beside the module of a class of its own Gradio writes a file of types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr
from pydantic import TypeAdapter


def values(of: object, label: str, *, example: object = None, value: object = None) -> gr.JSON:
    """Plain values without a place on the page; the API's description spells out their type.

    Args:
        of: The type.
        label: As which the description knows it.
        example: What the description shows where a program has to give such a value.
        value: What programs get that give none.
    """
    schema = TypeAdapter(of).json_schema()
    component = gr.JSON(value, label=label, visible=False)  # type: ignore[arg-type]
    component.api_info = lambda: schema  # type: ignore[method-assign]
    component.example_payload = lambda: example  # type: ignore[method-assign]
    return component


def files(label: str, *, many: bool = False) -> gr.File:
    """Photos that a program sends.

    Args:
        label: As which the description knows them.
        many: Whether several can be sent.
    """
    component = gr.File(visible=False, label=label, file_count="multiple" if many else "single")
    photo = {"path": "photo.jpg", "url": "photo.jpg", "meta": {"_type": "gradio.FileData"}}
    example: Any = [photo] if many else photo  # Gradio's own is a document
    component.example_payload = lambda: example  # type: ignore[method-assign]
    return component


def countries(names: Sequence[str], label: str, info: str) -> gr.Dropdown:
    """A list of countries that hands on any name: what is wrong with one is ours to say.

    A link can bear a name that nobody knows, and Gradio's message would list all 250.
    """
    component = gr.Dropdown(list(names), value=[], multiselect=True, label=label, info=info)
    component.preprocess = lambda payload: payload  # type: ignore[method-assign]
    return component
