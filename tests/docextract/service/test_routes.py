from __future__ import annotations

import hashlib
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from docextract.pipeline import Extractor
from docextract.records import Receipt
from docextract.service.schemas import examples
from ocr.document import Page
from ocr.imaging import load_image

from .conftest import Serve
from .test_jobs import finish

pytestmark = pytest.mark.anyio


async def test_a_receipt_is_extracted_from_a_body_and_from_a_form(
    serve: Serve, sample: bytes, reading_extractor: Extractor
) -> None:
    async with serve() as client:
        raw = await client.post("/v1/extract?template=receipt", content=sample)
        form = await client.post("/v1/extract?template=receipt", files={"image": ("../../etc/passwd", sample)})
    assert raw.status_code == form.status_code == 200
    assert raw.json() == form.json()
    assert (raw.json()["width"], raw.json()["height"]) == load_image(sample).shape[1::-1]
    expected = reading_extractor.extract(sample, template="receipt")
    assert Receipt.model_validate(raw.json()["record"]) == expected
    assert expected.total is not None
    assert raw.json()["capture"] == []


async def test_without_a_template_the_page_tells_its_kind(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        answer = await client.post("/v1/extract", content=sample)
    assert answer.json()["record"]["template"] == "receipt"


async def test_a_page_is_read(serve: Serve, sample: bytes, reading_extractor: Extractor) -> None:
    async with serve() as client:
        answer = await client.post("/v1/read", content=sample)
    assert answer.json() == reading_extractor.read(sample).export()


async def test_the_examples_of_openapi_are_answers(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        schema = (await client.get("/openapi.json")).json()
        answer = (await client.post("/v1/extract?template=receipt", content=sample)).json()
    content = schema["paths"]["/v1/extract"]["post"]["responses"]["200"]["content"]
    example = content["application/json"]["examples"]["image"]["value"]
    assert example["record"]["total"] == answer["record"]["total"]
    assert example.keys() == answer.keys()
    receipt = Receipt.model_validate(example["record"])
    assert receipt.evidence["total"].value == receipt.total
    assert Page.from_dict(examples()["read"]["image"]).words


@pytest.mark.parametrize("name", ["recipt", "templates/receipt/generic.yaml", "../receipt/generic", "a\0.yaml"])
async def test_only_bundled_templates_have_names(serve: Serve, sample: bytes, name: str) -> None:
    async with serve() as client:
        answer = await client.post("/v1/extract", params={"template": name}, content=sample)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["name"]) == ("template_not_found", name)


async def test_an_empty_name_is_no_template(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        answer = await client.post("/v1/extract?template=", content=sample)
        unnamed = await client.post("/v1/extract", content=sample)
    assert answer.status_code == 200
    assert answer.json() == unnamed.json()


@pytest.mark.parametrize(
    "reason", ["raise ImportError('libheif-absent.so')", "import ctypes; ctypes.CDLL('libheif-absent.so')"]
)
async def test_what_cannot_load_a_format_is_told_to_the_operator(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    for name in ("pi_heif", "pillow_heif"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "pi_heif.py").write_text(reason)
    monkeypatch.syspath_prepend(tmp_path)
    photo = b"\0\0\0\x18ftypheic" + bytes(40)
    async with serve() as client:
        answers = [await client.post(f"/v1/{path}", content=photo) for path in ("extract", "read", "preview")]
        job = (await client.post("/v1/jobs", content=photo)).headers["location"]
        assert await finish(client, job) == "failed"
        answers.append(await client.get(f"{job}/result"))
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(415, "format_unavailable")] * 4
    assert {answer.json()["detail"] for answer in answers} == {"what reads HEIC cannot be loaded"}
    assert not any("libheif" in answer.text for answer in answers)
    assert "cannot be loaded: libheif-absent.so" in caplog.text


async def test_a_page_of_no_kind_is_a_problem(serve: Serve, blank: bytes) -> None:
    async with serve() as client:
        answer = await client.post("/v1/extract", content=blank)
        named = await client.post("/v1/extract?template=receipt", content=blank)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_template_fits")
    assert named.status_code == 200
    assert named.json()["capture"] == ["NO_DOCUMENT"]
    assert "missing" in {issue["code"] for issue in named.json()["record"]["issues"]}


async def test_operations(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get("/version")).json()["version"] == version("docextract")
        names = (await client.get("/v1/templates")).json()["templates"]
        assert {"receipt", "receipt/generic"} <= set(names)


async def test_what_callers_make_up_is_not_in_the_metrics(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        await client.post("/v1/extract?template=receipt", content=sample)
        await client.get("/v1/jobs/secretjob")
        await client.get("/openapi.json")
        await client.get("/secretpath")
        await client.request("SECRET", "/v1/read")
        await client.request("SECRET", "/no/such/path")
        metrics = (await client.get("/metrics")).text
    assert 'docextract_requests_total{method="POST",route="/v1/extract",status="200"} 1.0' in metrics
    assert 'route="/v1/jobs/{job_id}",status="404"' in metrics
    assert 'route="/openapi.json",status="200"' in metrics
    assert "secret" not in metrics.lower()


@pytest.mark.parametrize("name", ["x" * 300 + ".html", "a%00.html", "..%2Fapp.html", "con.js", "api.py"])
async def test_files_that_there_are_not_are_not_found(serve: Serve, name: str) -> None:
    async with serve() as client:
        assert (await client.get(f"/{name}")).status_code == 404


async def test_unknown_paths_and_methods_are_problems(serve: Serve) -> None:
    async with serve() as client:
        missing, wrong = await client.get("/v2"), await client.get("/v1/read")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"], wrong.headers["allow"]) == (405, "method_not_allowed", "POST")


async def test_answers_are_not_kept_or_guessed_at(serve: Serve) -> None:
    async with serve() as client:
        answer = await client.get("/v1/templates", headers={"Origin": "https://app.example"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_pages_of_other_origins_may_call_once_they_are_named(serve: Serve) -> None:
    async with serve(origins="https://app.example, https://b.example") as client:
        ours = await client.get("/healthz", headers={"Origin": "https://b.example"})
        theirs = await client.get("/healthz", headers={"Origin": "https://c.example"})
    assert ours.headers["access-control-allow-origin"] == "https://b.example"
    assert "access-control-allow-origin" not in theirs.headers


async def test_keys_let_in(serve: Serve, sample: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in ("one", "two")]
    monkeypatch.setenv("DOCEXTRACT_API_KEYS", ",".join(digests))
    async with serve() as client:
        for header in ({}, {"Authorization": "Bearer three"}, {"Authorization": f"Bearer {digests[0]}"}):
            refused = await client.post("/v1/read", content=sample, headers=header)
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
            assert refused.headers["www-authenticate"] == "Bearer"
        admitted = await client.get("/v1/templates", headers={"Authorization": "Bearer two"})
        assert admitted.status_code == 200
        assert (await client.get("/healthz")).status_code == 200


OWN = """\
version: 1
fields:
  address: {type: text, required: true, locate: [{find: lines, start: "(?i)street|avenue|road|\\\\d{3,}"}]}
"""


async def test_a_template_comes_with_the_image(serve: Serve, sample: bytes) -> None:
    async with serve() as client:
        own = (await client.get("/v1/templates/receipt")).text
        shown = await client.post("/v1/extract", files={"image": sample}, data={"template": own})
        named = await client.post("/v1/extract?template=receipt", files={"image": sample})
        name = await client.post("/v1/extract?template=passport", files={"image": sample}, data={"template": "receipt"})
        other = await client.post("/v1/extract", files={"image": sample}, data={"template": OWN})
        files = {"image": sample, "template": ("own.yaml", OWN)}
        as_file = await client.post("/v1/extract", files=files)
    assert name.json() == named.json()
    assert shown.json()["record"] == named.json()["record"] | {"template": "template"}
    assert other.json()["record"]["address"]
    assert as_file.json() == other.json()


@pytest.mark.parametrize(
    ("template", "line"),
    [("version: 1\nfields: {a: {type: money}}", 2), ("version: 1\nextends: /etc/passwd.yaml", 2), ("a: [", 1)],
)
async def test_a_mistake_in_a_template_is_placed(serve: Serve, sample: bytes, template: str, line: int) -> None:
    async with serve() as client:
        answer = await client.post("/v1/extract", files={"image": sample}, data={"template": template})
    assert (answer.status_code, answer.json()["code"], answer.json()["line"]) == (422, "template_syntax", line)


async def test_templates_are_shown_with_their_schema(serve: Serve) -> None:
    async with serve() as client:
        schema = (await client.get("/v1/template-schema")).json()
        assert "FieldRule" in schema["$defs"]
        for name in (await client.get("/v1/templates")).json()["templates"]:
            assert (await client.get(f"/v1/templates/{name}")).text.startswith(("#", "version", "extends"))
        for name in ("../kinds", "receipt.yaml", "%2e%2e/kinds"):
            assert (await client.get(f"/v1/templates/{name}")).status_code == 404


async def test_the_playground_asks_nobody_else(serve: Serve) -> None:
    async with serve() as client:
        page = await client.get("/")
        assert page.headers["content-type"].startswith("text/html")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert "https://" not in page.text and "<style" not in page.text and "style=" not in page.text
        for name in ("app.js", "style.css", "icon.svg"):
            assert (await client.get(f"/{name}")).status_code == 200
        for name in ("playground.py", "..%2fapp.py", "%2e%2e", "a%00.js"):
            assert (await client.get(f"/{name}")).status_code == 404
