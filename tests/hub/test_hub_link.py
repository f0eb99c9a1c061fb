"""The course's link on a real JupyterHub, from the click to the lesson that opens."""

import re
import subprocess
import time
from urllib.parse import parse_qs, unquote, urlsplit

import requests

from course_utils.command.project import HERE
from tests.hub.links import pull_link
from tests.hub.load import START_SECONDS as SERVER_SECONDS
from tests.hub.load import running_hub

LESSON = HERE.notebooks / "00_start_here.ipynb"


def repository(folder):
    """Make a repository with one lesson, as small as a course can be."""
    course = folder / "course"
    (course / "notebooks").mkdir(parents=True)
    (course / "notebooks" / LESSON.name).write_bytes(LESSON.read_bytes())
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "A version"]):
        subprocess.run(["git", *who, *words], cwd=course, check=True)
    return course.as_uri()


def logged_in(hub, name):
    """Fill in the hub's login form; return a browser's session."""
    session = requests.Session()
    session.get(f"{hub.url}hub/login")
    form = {"username": name, "password": "", "_xsrf": session.cookies["_xsrf"]}
    session.post(f"{hub.url}hub/login", data=form).raise_for_status()
    return session


def opened(session, link):
    """Open the link; wait, as the hub's page does, until the learner's server answers."""
    deadline = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < deadline:
        page = session.get(link)
        if urlsplit(page.url).path.startswith("/user/"):
            page.raise_for_status()
            return page
        time.sleep(0.5)
    raise TimeoutError(f"the link still leads to {page.url}")


def test_a_click_brings_the_course_and_opens_the_lesson(tmp_path):
    address = repository(tmp_path)
    with running_hub(["learner-01"], LESSON) as hub, logged_in(hub, "learner-01") as session:
        link = pull_link(hub.url, address, "main", LESSON.name)
        page = opened(session, link)
        home = page.url.partition("git-pull")[0]
        sent_to = unquote(re.search(r'data-path="([^"]*)"', page.text)[1])
        query = {name: value for name, [value] in parse_qs(urlsplit(link).query).items()}
        pulled = session.get(f"{home}git-pull/api", params=query)
        assert '"phase": "finished"' in pulled.text.splitlines()[-2]
        path = sent_to.removeprefix("lab/tree/")
        assert session.get(f"{home}api/contents/{path}", params={"content": 0}).ok
        assert session.get(home + sent_to).ok
