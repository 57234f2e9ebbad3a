import earmark


def test_every_public_name_is_there():
    assert all(hasattr(earmark, name) for name in earmark.__all__)


def test_the_scripts_for_daws_are_found_wherever_earmark_is_installed():
    folder = earmark.daw_scripts_folder()
    assert folder.name == "daw_scripts"
    assert sorted(path.suffix for path in (folder / "ardour").iterdir() if path.is_file())[0] == ".lua"
