"""The link by which a learner on a JupyterHub fetches the course and opens a lesson."""

from urllib.parse import urlencode


def pull_link(hub: str, repository: str, branch: str, lesson: str) -> str:
    """Return the address that an instructor gives out.

    Args:
        hub: The hub's own, as in `https://hub.example.org`.
        repository: The course's, as `git clone` takes it.
        branch: Made for the class: what is pushed to it, learners get with the next click. A
            branch, not a tag: nbgitpuller merges `origin/<branch>`.
        lesson: The name of a notebook: `00_start_here.ipynb`.
    """
    folder = repository.rstrip("/").rpartition("/")[2].removesuffix(".git")
    query = {
        "repo": repository,
        "branch": branch,
        "targetpath": folder,
        "urlpath": f"lab/tree/{folder}/notebooks/{lesson}",
    }
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(query)}"
