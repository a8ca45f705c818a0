import pytest

from geomapclip.errors import DataError
from geomapclip.metrics import Figure
from geomapclip.tables import number, percent, table, whole, write_report


def test_figures_with_their_intervals():
    assert percent(Figure(0.481, 0.4632, 0.499)) == "48.1 [46.3, 49.9]"
    assert whole(Figure(1764.4, 1650, 1880)) == "1,764 [1,650, 1,880]"
    assert number(Figure(0.484, -0.46, 0.5)) == "0.48 [-0.46, 0.50]"


def test_a_table():
    assert table(["", "a"], [["x", "1"]]) == "|  | a |\n| --- | ---: |\n| x | 1 |"


def test_files_are_written_whole(tmp_path):
    write_report(tmp_path / "new", "report", "# One", "{}")
    assert (tmp_path / "new" / "report.md").read_text() == "# One"
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"report.md", "report.json"}
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="out"):
        write_report(tmp_path / "file", "report", "", "")
