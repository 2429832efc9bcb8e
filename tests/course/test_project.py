"""The project's own files: one environment in two notations, Binder's detection, and commands that agree."""

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from gradwise.check import cases, mistakes

from autograder.authoring import build, check_counts, seals
from autograder.core.course import Course
from autograder.grading import collection, misconceptions
from autograder.notebooks import source

# Packages of conda-forge with other names than on PyPI.
CONDA = {
    "jupyter_server": "jupyter-server",
    "matplotlib-base": "matplotlib",
    "playwright-python": "playwright",
    "pytorch-cpu": "torch",
}
# Packages of conda-forge that are not Python packages.
SYSTEM = {"bubblewrap", "make", "pip", "postgresql", "python"}


def pyproject(root: Path) -> dict[str, str]:
    """Returns every requirement in pyproject.toml, with its version."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return dict(map(split, itertools.chain(project["dependencies"], *extras)))


def environment(text: str) -> dict[str, str]:
    """Returns every Python package in environment.yml, with its version."""
    listed = yaml.safe_load(text)["dependencies"]
    by_pip = [name for entry in listed if isinstance(entry, dict) for name in entry["pip"]]
    pairs = map(split, [entry for entry in listed if isinstance(entry, str)] + by_pip)
    return {CONDA.get(name, name): bounds for name, bounds in pairs if name not in SYSTEM}


def split(requirement: str) -> tuple[str, str]:
    match = re.fullmatch(r"([\w.-]+)(?:\[\w+\])?\s*(.*)", requirement)
    assert match
    return match[1], match[2].replace(" ", "")


def test_the_two_lists_of_packages_agree(course: Course) -> None:
    assert pyproject(course.root) == environment((course.root / "environment.yml").read_text())


def test_a_package_that_is_missing_from_one_list_would_be_found(course: Course) -> None:
    text = (course.root / "environment.yml").read_text()
    assert pyproject(course.root) != environment(text.replace("  - nbclient >=0.10\n", ""))
    assert pyproject(course.root) != environment(text.replace("numpy >=1.26", "numpy >=2.0"))


def test_binder_finds_the_environment(course: Course) -> None:
    assert (course.root / "binder" / "environment.yml").resolve() == course.root / "environment.yml"
    assert (course.root / "binder" / "postBuild").stat().st_mode & 0o111
    # repo2docker's own detection, in a process of its own: it uses the current directory, and it gives warnings
    code = "from repo2docker.buildpacks import CondaBuildPack as C; p = C('an:image'); print(p.detect(), p.binder_dir)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=course.root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "binder"]


def test_every_way_in_calls_the_same_commands(course: Course) -> None:
    assert "exec make test" in (course.root / ".ci" / "run").read_text()
    workflow = (course.root / ".github" / "workflows" / "test.yml").read_text()
    for command in ("make lint", "make demo", ".ci/run"):
        assert command in workflow
    assert "entry: make lint" in (course.root / ".pre-commit-config.yaml").read_text()


def test_the_versions_of_python_are_the_same_everywhere(course: Course) -> None:
    workflow = yaml.safe_load((course.root / ".github" / "workflows" / "test.yml").read_text())
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    project = tomllib.loads((course.root / "pyproject.toml").read_text())["project"]
    named = [
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", classifier) for classifier in project["classifiers"]
    ]
    assert tested == [match[1] for match in named if match]
    assert project["requires-python"] == f">={tested[0]}"
    beyond = f"3.{int(tested[-1].split('.')[1]) + 1}"
    assert f"  - python >={tested[0]},<{beyond}\n" in (course.root / "environment.yml").read_text()


def test_the_first_screen_of_the_readme_shows_both_commands(course: Course) -> None:
    first_screen = "\n".join((course.root / "README.md").read_text("utf-8").splitlines()[:40])
    assert "make demo" in first_screen
    assert "make test" in first_screen


def test_the_pictures_of_the_readme_are_those_that_the_browser_tests_take(course: Course) -> None:
    shown = set(re.findall(r"docs/images/(\S+?\.png)", (course.root / "README.md").read_text("utf-8")))
    taken = {
        name
        for path in (course.root / "tests" / "browser").glob("*.py")
        for name in re.findall(r"\w+\.png", path.read_text())
    }
    assert shown == taken == {path.name for path in (course.root / "docs" / "images").iterdir()}


def test_links_between_documents_lead_somewhere(course: Course) -> None:
    documents = [*course.root.glob("*.md"), course.root / "course" / "README.md", course.root / "tests" / "README.md"]
    for document in documents:
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_no_registry_is_named(course: Course) -> None:
    files = subprocess.run(["git", "ls-files"], cwd=course.root, capture_output=True, text=True, check=True).stdout
    hosts = re.compile(r"download\.pytorch\.org|pypi\.org/simple|registry\.npmjs|deb\.debian")
    for name in files.split():
        path = course.root / name
        if path.is_file() and path.suffix in (".md", ".toml", ".yml", ".py", "") and path.name != "test_project.py":
            assert not hosts.search(path.read_text("utf-8", errors="ignore")), name


def rebuilt(course: Course) -> "re.Pattern[str]":
    """Returns the pattern of files whose change makes a commit rebuild."""
    hooks = yaml.safe_load((course.root / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    (pattern,) = [hook["files"] for hook in hooks if hook["id"] == "build"]
    return re.compile(pattern)


def test_a_commit_rebuilds_whatever_generated_files_depend_on(course: Course) -> None:
    pattern = rebuilt(course)
    topic = course.topics[0]
    sources = [topic.text, topic.checks, topic.misconceptions, course.root / "nbgrader_config.py"]
    sources += [course.root / "course" / "gradwise" / "exercises" / f"{topic.slug}.py"]
    for module in (build, seals, check_counts, source, misconceptions, collection, cases, mistakes):
        sources.append(Path(str(module.__file__)))
    for path in sources:
        assert pattern.search(str(path.relative_to(course.root))), path
    assert not pattern.search("autograder/cli/main.py")
    assert not pattern.search("README.md")


# --- what `make test` leaves out --------------------------------------------------------------------


def reasons(source: str) -> list[str]:
    """Returns the reasons of the marks `pytest.mark.long("reason")` in a file of tests."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        call.args[0].value
        for call in calls
        if ast.unparse(call.func) == "pytest.mark.long" and isinstance(call.args[0], ast.Constant)
    ]


def missing_reasons(root: Path, readme: str) -> list[str]:
    """Returns the reasons that the table of tests/README.md does not give."""
    given = [reason for path in root.rglob("test_*.py") for reason in reasons(path.read_text("utf-8"))]
    assert len(given) >= 3
    return [reason for reason in given if reason.rstrip(".") not in readme]


def test_what_is_left_to_the_long_run_is_in_the_table_with_its_reason(course: Course) -> None:
    readme = (course.root / "tests" / "README.md").read_text("utf-8")
    assert missing_reasons(course.root / "tests", readme) == []
    first = "10,000 submissions take six minutes"
    assert missing_reasons(course.root / "tests", readme.replace(first, "")) == [f"{first}."]


def test_a_reason_is_read() -> None:
    assert reasons('@pytest.mark.long("It is slow.")\ndef test_x(): ...') == ["It is slow."]
