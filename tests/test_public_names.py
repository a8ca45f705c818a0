import subprocess
import sys

import geomapclip


def test_what_is_public_is_listed_and_documented():
    for name in geomapclip.__all__:
        assert getattr(geomapclip, name).__doc__, name
    shown = {name for name in vars(geomapclip) if not name.startswith("_")}
    modules = {name for name in shown if isinstance(vars(geomapclip)[name], type(sys))}
    assert shown - modules == set(geomapclip.__all__)


def test_no_public_name_hides_a_module():
    for name in geomapclip.__all__:
        assert f"geomapclip.{name}" not in sys.modules


def test_importing_stays_light():
    """The embedded encoder needs no transformers, and a script no web server."""
    code = (
        "import sys, geomapclip; print([m for m in ('transformers', 'gradio') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
