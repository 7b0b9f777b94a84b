"""What the network is taught: where text stands, and what it says.

Letters of shapes: B images, M texts, T frames, C classes, h and w the size at stride 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ocr import charset
from ocr.datasets.examples import Batch
from ocr.model.classifier import Classifier
from ocr.model.decoders import Frames, PointDecoder, Pointed
from ocr.model.heads import LocationMaps

DIRECTION = 4.0
"""How much more the cosine and sine of a direction count than the logarithms of lengths."""

# Syllables that no text of the batch holds but that must learn not to be read.
NEGATIVE_SYLLABLES = 192
_CHUNK = 48


@dataclass(frozen=True, slots=True)
class LocationLoss:
    """Parts of the location loss, scalars.

    Attributes:
        cross_entropy: Of the maps, over positives and the hardest negatives.
        dice: Of the maps.
        geometry: L1 inside the kernels of lines.
    """

    cross_entropy: Tensor
    dice: Tensor
    geometry: Tensor

    @property
    def total(self) -> Tensor:
        """Weighted sum."""
        return 4 * self.cross_entropy + 2 * self.dice + 3 * self.geometry

    @property
    def parts(self) -> dict[str, Tensor]:
        """By name, for the log."""
        return {"cross_entropy": self.cross_entropy, "dice": self.dice, "geometry": self.geometry}


def location_loss(predicted: LocationMaps, batch: Batch, *, hard_negatives: float = 3.0) -> LocationLoss:
    """DB's losses (Liao et al. 2020) for the maps, L1 for the geometry.

    Args:
        predicted: What the network says.
        batch: The truth.
        hard_negatives: Pixels without text that count for each pixel with text, those that are judged worst.
    """
    logits = predicted.logits.float()
    asked = batch.care * batch.known[:, :, None, None]  # (B, 3, h, w)
    return LocationLoss(
        cross_entropy=_hard_cross_entropy(logits, batch.maps, asked, hard_negatives),
        dice=dice_loss(logits.sigmoid(), batch.maps, asked),
        geometry=_geometry_loss(predicted.geometry.float(), batch),
    )


def _hard_cross_entropy(logits: Tensor, truth: Tensor, asked: Tensor, hard_negatives: float) -> Tensor:
    loss = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    positive = truth * asked
    negative = (1 - truth) * asked
    total = logits.new_zeros(())
    for channel in range(logits.shape[1]):
        count = positive[:, channel].sum()
        hardest = int(min(hard_negatives * float(count) + 64, float(negative[:, channel].sum())))
        if hardest == 0:
            continue
        worst = (loss[:, channel] * negative[:, channel]).flatten().topk(hardest, sorted=False).values
        total = total + ((loss[:, channel] * positive[:, channel]).sum() + worst.sum()) / (count + hardest)
    return total / logits.shape[1]


def dice_loss(probability: Tensor, truth: Tensor, asked: Tensor) -> Tensor:
    """What two maps' overlap lacks of 1 (Milletari et al., 2016), the mean over channels.

    Args:
        probability: (B, C, h, w).
        truth: Likewise, of 0 and 1.
        asked: Likewise, 1 where the truth is known.
    """
    overlap = (probability * truth * asked).sum((0, 2, 3))
    area = ((probability + truth) * asked).sum((0, 2, 3))
    return (1 - (2 * overlap + 1) / (area + 1)).mean()


def _geometry_loss(predicted: Tensor, batch: Batch) -> Tensor:
    inside = batch.maps[:, :1] * batch.care
    # A little error of the far end is no harm: what is near counts more by the logarithm. A degree is hardly anything
    # on the unit circle, yet moves the end of a long line by half its height.
    scale = predicted.new_tensor([1, DIRECTION, DIRECTION, 1, 1])[:, None, None]
    loss = F.smooth_l1_loss(predicted * scale, batch.geometry * scale, reduction="none", beta=0.1)
    return (loss * inside).sum() / (inside.sum() * predicted.shape[1]).clamp(min=1.0)


def reading_loss(classifier: Classifier, frames: Frames, batch: Batch) -> Tensor:
    """CTC (Graves et al. 2006) per character, over the classes that matter in this batch.

    The softmax runs over letters, symbols, the syllables that occur and some that do not, since over all of them it
    would cost as much as the rest of the decoder. What a transcript does not say it does not teach: where it has no
    case, the probabilities of a letter's two forms are added before they are compared, and where it has no spaces,
    those of space and blank.

    Args:
        classifier: Turns features into logits.
        frames: Features along the M texts.
        batch: Their transcripts.
    """
    device = frames.features.device
    classes, position = _active_classes(batch.texts, classifier.weight.shape[0], device)
    total = frames.features.new_zeros((), dtype=torch.float32)
    starts = torch.cumsum(frames.lengths, 0) - frames.lengths
    # Texts of like length and kind go together, so that little is padded.
    order = torch.argsort(frames.lengths + 10_000 * (~batch.cased) + 20_000 * (~batch.spaced))
    span = frames.lengths[order]
    shift = starts[order] - span.cumsum(0) + span
    sorted_frames = torch.arange(int(span.sum()), device=device) + shift.repeat_interleave(span)
    logits = classifier(frames.features[sorted_frames], classes).float()
    chunks = torch.split(order, _CHUNK)
    parts = torch.split(logits, [int(frames.lengths[chunk].sum()) for chunk in chunks])
    for chunk, part in zip(chunks, parts, strict=True):
        span = frames.lengths[chunk]
        steps = torch.arange(int(span.max()), device=device)[:, None]
        # Past its end a text repeats frames of its neighbours, which CTC does not look at.
        log_probs = part.log_softmax(-1)[(span.cumsum(0) - span + steps).clamp(max=len(part) - 1)]  # (T, M, K)
        texts = [position[batch.texts[int(k)]] for k in chunk]
        if bool((folded := ~batch.cased[chunk]).any()):
            upper, lower = _case_pairs(device)
            log_probs, texts = _merge(log_probs, texts, folded, position[lower], position[upper])
        if bool((folded := ~batch.spaced[chunk]).any()):
            space, blank = torch.tensor([[charset.SPACE], [charset.BLANK]], device=device)
            log_probs, texts = _merge(log_probs, texts, folded, position[space], position[blank])
            texts = [text[text != position[charset.BLANK]] for text in texts]
        total = total + F.ctc_loss(
            log_probs,
            torch.cat(texts),
            span,
            torch.tensor([len(text) for text in texts], device=device),
            reduction="sum",
            zero_infinity=True,
        )
    return total / max(sum(map(len, batch.texts)), 1)


def writing_loss(
    decoder: PointDecoder, maps: list[Tensor], pointed: Pointed, image_size: Tensor, batch: Batch
) -> Tensor:
    """Cross entropy per character of the autoregressive decoder under teacher forcing.

    Transcripts without case or spaces are compared as they are: this decoder is trained on rendered pages only.
    """
    longest = max((len(text) for text in batch.texts), default=0) + 1
    # Class 0 opens a text on the way in and closes it on the way out; -100 is what cross_entropy passes over.
    written = maps[0].new_zeros(len(batch.texts), longest, dtype=torch.long)
    wanted = torch.full_like(written, -100)
    for k, text in enumerate(batch.texts):
        written[k, 1 : len(text) + 1] = text
        wanted[k, : len(text)] = text
        wanted[k, len(text)] = charset.BLANK
    logits = decoder.classifier(decoder(maps, pointed, image_size, written)).float()
    return F.cross_entropy(logits.flatten(0, 1), wanted.flatten())


def _active_classes(texts: tuple[Tensor, ...], count: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """(K,) classes to classify into, ascending, and (C,) the place of each class among them."""
    first, end = charset.syllable_classes()
    active = torch.ones(count, dtype=torch.bool, device=device)
    active[first:end] = False
    if texts:
        active[torch.cat(texts)] = True
    active[torch.randint(first, end, (NEGATIVE_SYLLABLES,), device=device)] = True
    return active.nonzero()[:, 0], active.cumsum(0) - 1


def _case_pairs(device: torch.device) -> tuple[Tensor, Tensor]:
    """Classes of the letters that have two forms: (26,) upper and (26,) lower."""
    lower = torch.tensor([k for k, up in enumerate(charset.upper_classes()) if up != k], device=device)
    return torch.tensor(charset.upper_classes(), device=device)[lower], lower


def _merge(
    log_probs: Tensor, texts: list[Tensor], folded: Tensor, given: Tensor, taken: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """Give the probabilities of classes `given` (K,) to classes `taken` in the texts (M,) bool that are `folded`."""
    both = torch.logaddexp(log_probs[..., taken], log_probs[..., given])
    merged = log_probs.index_copy(-1, taken, both).index_fill(-1, given, -1e4)
    renamed = torch.arange(log_probs.shape[-1], device=log_probs.device).index_copy(0, given, taken)
    texts = [renamed[text] if bool(fold) else text for text, fold in zip(texts, folded, strict=True)]
    return torch.where(folded[:, None], merged, log_probs), texts
