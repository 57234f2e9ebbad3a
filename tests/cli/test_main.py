import os
import signal
import subprocess
import sys

import click
import pytest

from earmark import __version__
from earmark.cli.__main__ import main
from earmark.cli.shell.commands import FOLDER, Commands
from earmark.errors import LedgerError, SettingsError

EARMARK = [sys.executable, "-m", "earmark"]


@pytest.fixture
def raising(monkeypatch):
    """Runs a command that raises what it is given; returns the exit code."""

    def run(trouble: BaseException) -> int:
        @click.command()
        def command() -> None:
            raise trouble

        monkeypatch.setattr(Commands, "get_command", lambda self, ctx, name: command)
        return main(["anything"])

    return run


def test_the_version_is_told(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"earmark {__version__}\n"


def test_help_lists_every_command_file_with_its_first_line(capsys):
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n  {file.stem} " in told for file in FOLDER.glob("[!_]*.py"))
    assert "Every rule in one table" in told


@pytest.mark.parametrize("name", [file.stem for file in FOLDER.glob("[!_]*.py")])
def test_every_command_file_holds_a_command_with_help(name, capsys):
    assert main([name, "--help"]) == 0
    assert f"Usage: earmark {name}" in capsys.readouterr().out


def test_a_misspelt_command_is_met_with_the_nearest(capsys):
    assert main(["chekc"]) == 2
    assert "earmark has no command 'chekc'; did you mean check?" in capsys.readouterr().err


def test_an_unknown_option_is_not_understood(capsys):
    assert main(["check", "--loud", "."]) == 2
    said = capsys.readouterr()
    assert "No such option" in said.err
    assert said.out == ""


def test_check_without_a_path_is_not_understood(capsys):
    assert main(["check"]) == 2
    assert "PATH" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("trouble", "code"), [(SettingsError("earmark.toml says x"), 2), (LedgerError("the ledger says y"), 3)]
)
def test_an_error_of_ours_is_one_sentence_and_its_own_exit_code(raising, capsys, trouble, code):
    assert raising(trouble) == code
    assert capsys.readouterr().err == f"earmark: {trouble}\n"


def test_a_name_in_an_error_does_nothing_to_the_terminal(raising, capsys):
    raising(LedgerError("no \x1b[31m" + os.fsdecode(b"caf\xe9") + "\nhere"))
    assert capsys.readouterr().err == "earmark: no \\x1b[31mcaf\\xe9\\nhere\n"


def test_a_full_disk_is_one_sentence(raising, capsys):
    assert raising(OSError(28, "No space left on device", "/mnt/out.wav")) == 3
    assert capsys.readouterr().err == "earmark: /mnt/out.wav: no space left on device\n"


def test_ctrl_c_is_one_line_and_130():
    program = "import earmark.cli.__main__ as m, time; m.group.get_command = lambda c, n: C; "
    program += "import click; C = click.Command('x', callback=lambda: (print('up', flush=True), time.sleep(60))); "
    program += "m.main(['x'])"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"up\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (130, b"\nearmark: stopped\n")


def test_a_reader_who_leaves_is_no_trouble():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*EARMARK, "rules"], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
