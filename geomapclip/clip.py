"""Where CLIP comes from: a folder, the hub's cache on this machine, or the hub."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from geomapclip.errors import UnreachableError, WeightsError
from geomapclip.published import CLIP_REPO, CLIP_REVISION

CLIP_BACKBONE = {"repo_id": CLIP_REPO, "revision": CLIP_REVISION}
PROBE_SECONDS = 3.0  # the library itself would retry for 23 s before saying that it is offline

Part = TypeVar("Part")


@dataclass(frozen=True)
class Source:
    """One place that CLIP can be loaded from.

    Attributes:
        name: Folder in the hub's format, or repository of the hub.
        revision: Of the repository, or None.
        argument: What a message calls it.
        local: Look only into the hub's cache on this machine.
    """

    name: str
    revision: str | None
    argument: str
    local: bool = False


def load_part(
    load: Callable[[Source], Part], backbone: Mapping[str, Any] = CLIP_BACKBONE, otherwise: str = ""
) -> Part:
    """A part of CLIP: from the folder ``GEOMAPCLIP_CLIP``, the hub's cache, or the hub.

    Args:
        load: Loads the part from one source; `WeightsError` where the source lacks it.
        backbone: ``repo_id`` (or a local folder in the hub's format) and ``revision``.
        otherwise: What else the user can do where it cannot be had, for the end of the message.

    Raises:
        UnreachableError: It is in neither place and the hub cannot be reached; this takes no
            longer than a few seconds.
        WeightsError: The folder holds no CLIP.
    """
    folder = os.environ.get("GEOMAPCLIP_CLIP")
    repository, revision = str(backbone["repo_id"]), backbone.get("revision")
    if folder:
        return load(Source(folder, None, "GEOMAPCLIP_CLIP"))
    if Path(repository).is_dir():
        return load(Source(repository, None, "backbone"))
    if _in_hub_cache(repository, revision):
        try:
            return load(Source(repository, revision, "backbone", local=True))
        except WeightsError:  # a download that was cut short: the hub may have the rest
            pass
    reason = _why_no_hub()
    if reason:
        raise UnreachableError(
            "CLIP",
            repository,
            f"is not in the hub's cache on this machine, and the hub cannot be reached "
            f"({reason}); connect once, or set GEOMAPCLIP_CLIP to a folder that holds it in the "
            f"hub's format{otherwise}",
        )
    return load(Source(repository, revision, "backbone"))


def load_tower(tower: Any, source: Source, part: str) -> Any:  # noqa: ANN401  (has no types)
    """One tower of CLIP, ready to be asked.

    Args:
        tower: Class of transformers.
        source: Where it lies.
        part: What a message calls it.

    Raises:
        WeightsError: The source holds no CLIP, or not the whole tower.
    """
    try:
        loaded, report = tower.from_pretrained(
            source.name,
            revision=source.revision,
            local_files_only=source.local,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise no_clip(source, error) from error
    if report["missing_keys"]:
        raise WeightsError(
            source.argument,
            source.name,
            f"must hold CLIP's {part}; missing: {sorted(report['missing_keys'])[:3]}",
        )
    loaded.eval()
    return loaded


def no_clip(source: Source, error: BaseException) -> WeightsError:
    """What to say where a source holds no CLIP."""
    return WeightsError(
        source.argument,
        source.name,
        f"must hold CLIP in the hub's format ({_first_line(error)})",
    )


def _in_hub_cache(repository: str, revision: str | None) -> bool:
    """Whether a look with transformers, which takes seconds to import, can find anything."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return isinstance(try_to_load_from_cache(repository, "config.json", revision=revision), str)
    except HFValidationError as error:
        raise WeightsError(
            "backbone", repository, "must name a repository of the hub or an existing folder"
        ) from error


def _why_no_hub() -> str:
    """Why the hub cannot be asked, or nothing where it answers; within ``PROBE_SECONDS``."""
    from huggingface_hub import constants, get_session

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set"
    outcome = [f"no answer within {PROBE_SECONDS:.0f} s"]

    def probe() -> None:
        try:
            status = get_session().head(constants.ENDPOINT, timeout=PROBE_SECONDS).status_code
            outcome[0] = "" if status < 400 else f"it answers with HTTP status {status}"
        except Exception as error:  # noqa: BLE001  (its HTTP library changes between releases)
            outcome[0] = _first_line(error)

    # In a thread, since no timeout of the library covers a name server that does not answer.
    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return outcome[0]


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
