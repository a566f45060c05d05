"""The commands of the site on an open house: campaigns in and out, organisers, refolding, the doctor."""

import json
import re

import pytest

from tests.web.conftest import run

pytestmark = pytest.mark.slow


def test_a_campaign_goes_out_and_comes_back_without_loss(house, tmp_path):
    """Importing what was exported writes nothing, because the book says all of it already."""
    file = tmp_path / "campaign.json"
    assert house.run("campaign", "export", "morocco-2016", "--output", str(file)).returncode == 0
    done = house.run("campaign", "import", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing was written" in done.stdout


def test_an_export_can_be_piped(house):
    """Without --output the file goes to standard output, and nothing else does."""
    done = house.run("campaign", "export", "morocco-2016")
    assert json.loads(done.stdout)["format"] == "sawtna-campaign/1"


def test_campaigns_are_listed_with_their_mark(house):
    """An example says that it is one."""
    assert re.search(r"^morocco-2016\texample\t.+$", house.run("campaign", "list").stdout, re.MULTILINE)


def test_a_bad_campaign_file_gets_a_line_for_each_fault_and_nothing_is_entered(house, tmp_path):
    """Line, field, what stood there, what was expected."""
    before = house.get("/log/checkpoint").text
    file = tmp_path / "bad.json"
    file.write_text('{\n "format": "sawtna-campaign/1",\n "campaign": {"id": "x", "opens": "tomorrow"}\n}')
    done = house.run("campaign", "import", str(file))
    assert done.returncode == 1
    assert re.search(r"^line 3, campaign\.opens: got .*tomorrow.*, expected ", done.stderr, re.MULTILINE)
    assert "nothing was imported" in done.stderr
    assert "Traceback" not in done.stderr
    assert house.get("/log/checkpoint").text == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("campaign", "import", "/none.json"), "(/none.json)"),
        (("campaign", "export", "none"), "none"),
        (("organiser", "add", "amina"), "amina is no e-mail address"),
        (("organiser", "add", "amina@example.org", "--campaign", "none"), "none"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(house, words, said):
    """Exit status 1 and no traceback."""
    done = house.run(*words)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_organiser_who_could_not_join_a_campaign_is_not_half_invited(house):
    """The same address can be invited as if nothing had happened."""
    house.run("organiser", "add", "half@example.org", "--campaign", "none")
    assert house.run("organiser", "add", "half@example.org").returncode == 0


def test_an_invited_organiser_finds_the_link_open(house):
    """The link that the command prints leads to the page on which a password is chosen."""
    done = house.run("organiser", "add", "omar@example.org", "--campaign", "morocco-2016", "--role", "editor")
    link = done.stdout.splitlines()[-1]
    assert link.startswith(house.url)
    assert house.get(link.removeprefix(house.url)).status_code in {200, 302}


def test_every_number_is_what_the_book_says(house):
    """`refold --check` counts all of them again."""
    done = house.run("refold", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_commands_know_how_the_house_was_opened(house):
    """Neither the address nor the database has to be said again."""
    done = run("organiser", "add", "selma@example.org", "--var", str(house.var))
    assert done.stdout.splitlines()[-1].startswith(house.url)


def test_a_command_on_a_folder_without_a_house_makes_none(tmp_path):
    """A mistyped folder stays empty, and the sentence says how to open a house."""
    done = run("campaign", "list", "--var", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "sawtna serve" in done.stderr
    assert not (tmp_path / "none").exists()


def test_the_doctor_finds_an_open_house_well_but_for_the_mail(house):
    """Everything that it can reach it has looked at."""
    done = house.run("doctor")
    bad = [line for line in done.stdout.splitlines() if line.startswith(("bad", "warn"))]
    assert [
        line for line in bad if "mail" not in line and "languages" not in line and "desk" not in line
    ] == []
    assert "checkpoint of" in done.stdout
    assert "those of the database" in done.stdout


def test_a_folder_with_files_of_somebody_else_is_not_published_into(house, tmp_path):
    """One sentence, and the files stay."""
    (tmp_path / "thesis.txt").write_text("years of work")
    done = house.run("publish", str(tmp_path))
    assert done.returncode == 1
    assert "will not be touched" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
