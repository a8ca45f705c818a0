from webapp.data_address import data_address


def test_a_file_becomes_an_address():
    assert data_address(b"map", "image/png") == "data:image/png;base64,bWFw"
