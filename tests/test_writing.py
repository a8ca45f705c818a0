import pytest

from geomapclip.writing import replacing


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "file"
    with replacing(path) as temporary:
        temporary.write_text("first")
        assert not path.exists()
    with pytest.raises(OSError, match="full"), replacing(path) as temporary:
        temporary.write_text("half of the sec")
        raise OSError("full")
    assert path.read_text() == "first"
    assert list(path.parent.iterdir()) == [path]
