"""Scripts: built apart, optional, light, and named by nothing but their content."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from app import assets

ROOT = Path(__file__).parents[2]
READING_LIMIT = 15 * 1024
WRITING_LIMIT = 30 * 1024


@pytest.fixture
def page_with(tmp_path):
    """Return ``page_with(manifest) -> Flask``: an application whose static folder holds a build, or none."""

    def make(manifest):
        dist = tmp_path / "static" / "dist"
        dist.mkdir(parents=True)
        if manifest is not None:
            (dist / "manifest.json").write_text(json.dumps(manifest))
        app = Flask("page", root_path=str(tmp_path / "app"), static_folder=None)
        assets.init_app(app)
        return app

    return make


def test_a_script_that_was_built_is_loaded_without_holding_up_the_page(page_with):
    script = page_with({"page": "page-0123456789.js"}).jinja_env.globals["script"]
    assert script("page") == '<script src="/static/dist/page-0123456789.js" defer></script>'


@pytest.mark.parametrize("manifest", [None, {"other": "other-1.js"}])
def test_a_script_that_was_not_built_is_not_asked_for(page_with, manifest):
    assert page_with(manifest).jinja_env.globals["script"]("page") == ""


def test_a_compressed_twin_is_sent_as_it_is(page_with, tmp_path):
    app = page_with({"page": "page-1.js"})
    dist = tmp_path / "static" / "dist"
    (dist / "page-1.js").write_text("let a")
    (dist / "page-1.js.gz").write_bytes(gzip.compress(b"let a", 9, mtime=7))
    answer = app.test_client().get("/static/dist/page-1.js", headers={"Accept-Encoding": "gzip"})
    assert answer.data == gzip.compress(b"let a", 9, mtime=7)
    assert app.test_client().get("/static/dist/page-1.js").data == b"let a"


def test_a_part_of_a_large_library_is_sent_from_the_disk_and_compressed(page_with, tmp_path):
    app = page_with({})
    folder = tmp_path / "static" / "dist" / "pdfjs-1"
    folder.mkdir()
    (folder / "pdf.min.mjs").write_text("export {}")
    (folder / "pdf.min.mjs.gz").write_bytes(b"packed")
    (folder / "a.bcmap").write_bytes(b"map")
    for wanted, name, body, kind in (
        ("gzip", "pdf.min.mjs", b"packed", "text/javascript"),
        ("identity", "pdf.min.mjs", b"export {}", "text/javascript"),
        ("gzip", "a.bcmap", b"map", "application/octet-stream"),
    ):
        with app.test_client().get(f"/static/dist/pdfjs-1/{name}", headers={"Accept-Encoding": wanted}) as answer:
            packed = answer.headers.get("Content-Encoding") == "gzip"
            assert (answer.data, answer.mimetype, packed) == (body, kind, body == b"packed")
    for name in ("pdf.min.mjs.gz", "../manifest.json", "none.mjs"):
        assert app.test_client().get(f"/static/dist/pdfjs-1/{name}").status_code == 404


@pytest.mark.parametrize("path", ["build.py", "build.mjs", "node.lock", "dist/manifest.json", "dist/page.js.gz", "js/"])
def test_what_only_the_build_needs_is_not_served(client, path):
    assert client.get(f"/static/{path}").status_code == 404


def test_the_lock_file_names_no_registry_and_vouches_for_every_package():
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: one for name, one in json.loads(text)["packages"].items() if name}
    assert "resolved" not in text
    assert re.findall(r"https?://(?!opencollective|github\.com/sponsors)[^\"]+", text) == []
    assert [name for name, one in packages.items() if not one.get("integrity", "").startswith("sha512-")] == []
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().split()
    assert "registry=" not in (ROOT / ".npmrc").read_text()


def test_versions_are_fixed_by_the_manifest_itself():
    package = json.loads((ROOT / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


@pytest.mark.scripts
class TestBuilt:
    """What ``static/build.py`` makes."""

    @pytest.fixture
    def sizes(self, built_scripts):
        files = json.loads((built_scripts / "manifest.json").read_text())
        return {name: (built_scripts / f"{file}.gz").stat().st_size for name, file in files.items()}

    def test_the_reader_of_pdfs_is_there_with_its_fonts_and_says_what_it_weighs(self, built_scripts, client):
        said = json.loads((built_scripts / "libraries.json").read_text())["pdf"]
        assert 300 < said["kilobytes"] <= 600
        for part in ("pdf.min.mjs", "pdf.worker.min.mjs", "cmaps/GBK-EUC-H.bcmap", "standard_fonts/FoxitSerif.pfb"):
            with client.get(said["folder"] + part) as answer:
                assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
        assert "pdfjs-dist" in (built_scripts / "licences.txt").read_text()

    def test_scripts_are_light(self, sizes):
        assert sizes["pdf"] <= 4 * 1024
        assert sizes["page"] <= 4 * 1024
        assert sizes["thread"] <= READING_LIMIT
        assert sizes["thread"] + sizes["compose"] <= WRITING_LIMIT

    def test_twins_hold_what_they_stand_for(self, built_scripts):
        for file in built_scripts.glob("*.js"):
            assert gzip.decompress(Path(f"{file}.gz").read_bytes()) == file.read_bytes()

    def test_licences_of_what_is_bundled_in_are_kept_and_linked(self, client, built_scripts):
        text = (built_scripts / "licences.txt").read_text()
        assert re.findall(r"^(@?[\w/-]+) \d+\.\d+\.\d+ \(MIT\)$", text, re.M) == [
            "@github/combobox-nav",
            "@github/markdown-toolbar-element",
            "@github/text-expander-element",
            "dom-input-range",
        ]
        assert all(file.read_text().startswith("/* Licences: licences.txt */") for file in built_scripts.glob("*.js"))
        assert client.get("/static/dist/licences.txt").text == text

    def test_a_built_script_is_kept_for_good_by_browsers(self, client, built_scripts):
        file = json.loads((built_scripts / "manifest.json").read_text())["page"]
        answer = client.get(f"/static/dist/{file}")
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert client.get("/static/dist/page-gone.js").headers["Cache-Control"] == "public, max-age=300"

    def test_building_again_changes_nothing(self, built_scripts):
        before = {path.name: path.stat().st_mtime for path in built_scripts.glob("*.js")}
        subprocess.run([sys.executable, str(ROOT / "static" / "build.py")], check=True)
        assert {path.name: path.stat().st_mtime for path in built_scripts.glob("*.js")} == before


def build_without_node(tmp_path, **environment):
    """Run the build of a copy of the site on a machine with neither Node nor packages to install."""
    for name in ("package.json", "package-lock.json", "static/build.py", "static/build.mjs", "static/node.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "static" / "js").mkdir()
    settings = {"PATH": str(tmp_path), "PIP_NO_INDEX": "1", **environment}
    command = [sys.executable, "-I", str(tmp_path / "static" / "build.py")]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_a_build_that_cannot_be_done_says_so_and_stops_nothing(tmp_path):
    done = build_without_node(tmp_path)
    assert done.returncode == 0
    assert "Scripts were not built" in done.stdout
    assert "Every page works without them" in done.stdout
    assert [path.name for path in (tmp_path / "static" / "dist").iterdir()] == [".stamp"]


def test_a_build_that_cannot_be_done_fails_in_continuous_integration(tmp_path):
    assert build_without_node(tmp_path, CI="true").returncode == 1
