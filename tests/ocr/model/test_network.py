"""The network's promises: shapes, frames of coordinates, independence of texts, and weights that survive the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ocr import charset
from ocr.errors import WeightsError
from ocr.model.config import ModelConfig
from ocr.model.decoders import LineDecoder, PointDecoder, Pointed
from ocr.model.network import CONFIG_FILE, WEIGHTS_FILE, Deer

SMALL = {"widths": (8, 8, 16, 16), "fine_width": 8, "neck_width": 16, "decoder_width": 16, "classes": 100}
ENCODERS = ("stride32", "deformable", "deformable_no_stride4", "deformable_quarter_stride4")


def build(**settings: object) -> Deer:
    torch.manual_seed(0)
    return Deer(ModelConfig(**(SMALL | settings))).eval()  # type: ignore[arg-type]


def pointed(*places: tuple[float, ...], image: tuple[int, ...] | None = None) -> Pointed:
    return Pointed(torch.tensor(places), torch.tensor(image or (0,) * len(places)))


@pytest.mark.parametrize("encoder", ENCODERS)
def test_maps_have_the_stride_they_claim(encoder: str) -> None:
    network = build(encoder=encoder)
    features = network.encode(torch.zeros(2, 1, 64, 96))
    assert [tuple(level.shape[2:]) for level in features.maps] == [(16, 24), (8, 12), (4, 6)]
    maps = network.locate(features)
    assert maps.logits.shape == (2, 3, 16, 24)
    assert maps.geometry.shape == (2, 5, 16, 24)


def test_frames_stand_evenly_along_the_line() -> None:
    network = build()
    assert isinstance(network.decoder, LineDecoder)
    features = network.encode(torch.randn(1, 1, 64, 128))
    frames = network.follow(features, pointed((10.0, 30.0, 90.0, 30.0, 20.0), (10.0, 50.0, 30.0, 50.0, 10.0)))
    first, second = frames.centers.split(frames.lengths.tolist())
    for centers in (first, second):
        steps = centers.diff()
        torch.testing.assert_close(steps, steps.mean().expand_as(steps))
        torch.testing.assert_close(centers[0] + centers[-1], torch.tensor(1.0))
        assert centers[0] < 0 < 1 < centers[-1]
    assert len(first) > len(second) > 4


def test_a_text_is_read_alike_whatever_is_read_beside_it() -> None:
    network = build()
    features = network.encode(torch.randn(2, 1, 64, 128))
    place = (8.0, 20.0, 70.0, 22.0, 14.0)
    alone = network.follow(features, pointed(place, image=(1,)))
    others = (0.0, 40.0, 120.0, 44.0, 12.0), (9.0, 9.0, 30.0, 9.0, 8.0)
    beside = network.follow(features, pointed(others[0], place, others[1], image=(0, 1, 1)))
    middle = beside.features.split(beside.lengths.tolist())[1]
    torch.testing.assert_close(middle, alone.features, atol=1e-5, rtol=1e-4)


def test_the_decoder_looks_where_it_is_pointed() -> None:
    """Only ink near the line may change its frames; the neck's receptive field is cut off by encoding once."""
    network = build()
    features = network.encode(torch.randn(1, 1, 128, 128))
    place = pointed((16.0, 32.0, 80.0, 32.0, 16.0))
    before = network.follow(features, place).features
    far = [level.clone() for level in features.maps]
    near = [level.clone() for level in features.maps]
    for level in far:
        level[:, :, 3 * level.shape[2] // 4 :] += 5.0
    for level in near:
        level[:, :, level.shape[2] // 8 : 3 * level.shape[2] // 8] += 5.0
    unchanged = network.follow(type(features)(far, features.image_size), place).features
    changed = network.follow(type(features)(near, features.image_size), place).features
    torch.testing.assert_close(unchanged, before)
    assert (changed - before).abs().max() > 0.01


def test_turned_pages_turn_the_offsets() -> None:
    """On features turned by 90 degrees a line turned likewise gives the same frames."""
    network = build()
    x = torch.randn(1, 1, 128, 128)
    features = network.encode(x)
    # Turn the maps clockwise: the pixel (x, y) moves to (128 - y, x).
    turned = type(features)([level.rot90(-1, (2, 3)) for level in features.maps], features.image_size)
    upright = network.follow(features, pointed((20.0, 40.0, 100.0, 48.0, 16.0)))
    clockwise = network.follow(turned, pointed((88.0, 20.0, 80.0, 100.0, 16.0)))
    torch.testing.assert_close(clockwise.features, upright.features, atol=1e-4, rtol=1e-3)


def test_writing_step_by_step_equals_teacher_forcing() -> None:
    network = build(decoder="point")
    assert isinstance(network.decoder, PointDecoder)
    features = network.encode(torch.randn(1, 1, 64, 128))
    where = pointed((10.0, 30.0, 90.0, 30.0, 20.0), (10.0, 50.0, 60.0, 50.0, 12.0))
    labels, scores = network.decoder.generate(features.maps, where, features.image_size, limit=6)
    written = torch.cat([torch.zeros(2, 1, dtype=torch.long), labels[:, :-1]], 1)
    with torch.no_grad():
        forced = network.decoder(features.maps, where, features.image_size, written)
        log_probs = network.decoder.classifier(forced).log_softmax(-1).gather(-1, labels[..., None])[..., 0]
    still_open = written.cumprod(1).bool() | (torch.arange(labels.shape[1]) == 0)
    torch.testing.assert_close(scores[still_open], log_probs[still_open], atol=1e-4, rtol=1e-3)


def test_folding_changes_no_output() -> None:
    network = build(classes=charset.class_count()).train()
    for _ in range(3):  # running statistics that are not those of a fresh network
        network.encode(torch.randn(2, 1, 64, 64))
    network.eval()
    place = pointed((4.0, 30.0, 60.0, 30.0, 20.0))
    image = torch.randn(1, 1, 64, 64)

    def logits() -> torch.Tensor:
        features = network.encode(image)
        return network.decoder.classifier(network.follow(features, place).features)

    before = logits()
    network.fold()
    torch.testing.assert_close(logits(), before, atol=1e-4, rtol=1e-3)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in network.modules())


@pytest.mark.parametrize("decoder", ["line", "point"])
def test_a_network_that_grows_in_classes_knows_what_it_knew(decoder: str) -> None:
    old = charset.class_count() - len(charset.TICK_BOXES) - len(charset.UNREADABLE)
    network = build(classes=old, decoder=decoder)
    grown = network.grown(replace(network.config, classes=charset.class_count()))
    for name, value in network.state_dict().items():
        torch.testing.assert_close(grown.state_dict()[name][tuple(map(slice, value.shape))], value)
    features = torch.randn(5, network.decoder.classifier.weight.shape[1])
    logits = grown.decoder.classifier(features)
    torch.testing.assert_close(logits[:, :old], network.decoder.classifier(features))
    assert (logits[:, old:] < -2).all()


@pytest.mark.parametrize("decoder", ["line", "point"])
def test_a_network_that_grows_computes_the_same(decoder: str) -> None:
    network = build(decoder=decoder)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # else the blocks that it has would be the identity too
            torch.nn.init.ones_(module.weight)
    larger = replace(network.config, depths=(2, 3, 4, 1), decoder_layers=4, decoder_reach=15, classes=110)
    grown = network.grown(larger).eval()
    assert grown.config == larger
    image, where = torch.randn(1, 1, 64, 128), pointed((10.0, 30.0, 90.0, 30.0, 20.0), (10.0, 50.0, 60.0, 50.0, 12.0))
    written = torch.tensor([[0, 3, 4], [0, 5, 6]])
    read = []
    for each in (network, grown):
        features = each.encode(image)
        if isinstance(each.decoder, LineDecoder):
            read.append(each.follow(features, where).features)
        else:
            read.append(each.decoder(features.maps, where, features.image_size, written))
    torch.testing.assert_close(read[1], read[0])
    assert grown.grown(network.config).config == larger  # nothing shrinks


def test_syllables_share_their_jamo() -> None:
    network = build(classes=charset.class_count())
    labels = charset.encode("각갹A")
    assert labels is not None
    classifier = network.decoder.classifier
    before = classifier.composed(torch.tensor(labels))[0]
    with torch.no_grad():
        classifier.jamo[classifier.rows[labels[0], 0]] += 1.0  # the initial ㄱ of both syllables
    after = classifier.composed(torch.tensor(labels))[0]
    changed = (after - before).abs().sum(1) > 0
    assert changed.tolist() == [True, True, False]


@pytest.mark.parametrize("path", [Path, str])
def test_weights_survive_the_disk(tmp_path: Path, path: Callable[[Path], str | Path]) -> None:
    network = build()
    network.save_pretrained(path(tmp_path), metadata={"step": "7"})
    again = Deer.from_pretrained(path(tmp_path))
    assert again.config == network.config
    image = torch.randn(1, 1, 64, 64)
    ours, theirs = network.locate(network.encode(image)), again.locate(again.encode(image))
    torch.testing.assert_close(ours.logits, theirs.logits, atol=0.02, rtol=0.02)


def _without_weights(folder: Path) -> None:
    (folder / WEIGHTS_FILE).unlink()


def _truncated(folder: Path) -> None:
    data = (folder / WEIGHTS_FILE).read_bytes()
    (folder / WEIGHTS_FILE).write_bytes(data[: len(data) // 2])


def _other_charset(folder: Path) -> None:
    settings = json.loads((folder / CONFIG_FILE).read_text(encoding="utf8"))
    settings["charset"] = settings["charset"][::-1]
    (folder / CONFIG_FILE).write_text(json.dumps(settings), encoding="utf8")


def _other_sizes(folder: Path) -> None:
    settings = json.loads((folder / CONFIG_FILE).read_text(encoding="utf8"))
    settings["model"]["decoder_width"] = 32
    (folder / CONFIG_FILE).write_text(json.dumps(settings), encoding="utf8")


def _no_json(folder: Path) -> None:
    (folder / CONFIG_FILE).write_text("{", encoding="utf8")


def _unknown_setting(folder: Path) -> None:
    settings = json.loads((folder / CONFIG_FILE).read_text(encoding="utf8"))
    settings["model"]["magic"] = 1
    (folder / CONFIG_FILE).write_text(json.dumps(settings), encoding="utf8")


@pytest.mark.parametrize(
    "damage", [_without_weights, _truncated, _other_charset, _other_sizes, _no_json, _unknown_setting]
)
def test_damaged_weights_are_refused(tmp_path: Path, damage: object) -> None:
    build().save_pretrained(tmp_path, metadata={})
    damage(tmp_path)  # type: ignore[operator]
    with pytest.raises(WeightsError):
        Deer.from_pretrained(tmp_path)


def test_weights_that_cannot_be_opened_are_not_called_missing(tmp_path: Path) -> None:
    build().save_pretrained(tmp_path, metadata={})
    _without_weights(tmp_path)
    (tmp_path / WEIGHTS_FILE).mkdir()  # root, whom tests may run as, opens any file
    with pytest.raises(WeightsError, match=r"the weights cannot be read: (Is a directory|Permission denied)"):
        Deer.from_pretrained(tmp_path)
