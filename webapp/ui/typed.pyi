"""Components that say exactly what they take and give, or leave that to `webapp.choice`."""

from __future__ import annotations

from typing import Any

import gradio as gr
from pydantic import TypeAdapter

class Values(gr.JSON):
    """Plain values of a type that the API's description spells out, field by field.

    Args:
        of: The type.
        named: As which the description and programs know it.
        example: What the description shows where a program has to give such a value.
        value: What programs get that give none.
    """

    is_template = True  # a JSON component to the browser

    def __init__(self, of: Any, named: str, example: object = None, value: Any = None) -> None:  # noqa: ANN401
        self.schema: dict[str, Any] = TypeAdapter(of).json_schema()
        self.example = example
        super().__init__(value, label=named, visible=False)

    def get_config(self, cls: Any = None) -> dict[str, Any]:  # noqa: ANN401
        """What the browser is told: all that a JSON component has."""
        return super().get_config(cls or gr.JSON)

    def api_info(self) -> dict[str, Any]:
        """The type as a JSON schema."""
        return self.schema

    def example_payload(self) -> Any:  # noqa: ANN401
        """As given."""
        return self.example
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component

class Files(gr.File):
    """Photos that a program sends.

    Args:
        named: As which the description and programs know it.
        many: Whether several can be sent.
    """

    is_template = True

    def __init__(self, named: str, *, many: bool = False) -> None:
        self.many = many
        super().__init__(visible=False, label=named, file_count="multiple" if many else "single")

    def get_config(self, cls: Any = None) -> dict[str, Any]:  # noqa: ANN401
        """What the browser is told: all that a file component has."""
        return super().get_config(cls or gr.File)

    def example_payload(self) -> Any:  # noqa: ANN401
        """A photo's name instead of Gradio's own example, a document."""
        photo = {"path": "photo.jpg", "url": "photo.jpg", "meta": {"_type": "gradio.FileData"}}
        return [photo] if self.many else photo
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component

class Countries(gr.Dropdown):
    """A list of countries that hands on any name: what is wrong with one is ours to say.

    A link can bear a name that nobody knows, and Gradio's message would list all 250.
    """

    is_template = True

    def preprocess(self, payload: Any) -> Any:  # noqa: ANN401
        """As it came."""
        return payload
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
