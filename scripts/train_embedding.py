"""Train the multilingual embedding: `python scripts/train_embedding.py --parallel FOLDER --work FOLDER --out FOLDER`.

A static bag of token vectors learns that texts of one meaning lie near each other in ten languages (in-batch InfoNCE)
and where English ones lie for the teacher, all-MiniLM-L6-v2 (cosine to its vectors, reduced by PCA). Everything slow is
kept in the work folder, so a run that was stopped goes on where it was; remove the folder to start afresh.
"""

import argparse
import hashlib
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch.nn import EmbeddingBag
from torch.nn.functional import cross_entropy, normalize

from knowledge_base.embedding import CHECKSUMS, wheel_folder
from scripts.embedding_data import Bags, DataMissing, Pair, all_pairs, bags_of, lines_for_tokenizer
from scripts.measure_embedding import measure

SHARES = {"sentence": 0.40, "word": 0.20, "gloss": 0.05, "form": 0.10, "field": 0.13, "concept": 0.05, "answer": 0.07}
TEMPERATURE = 0.05
UNKNOWN = "[UNK]"
TEACHER_WORDS = 25
TEACHER_LENGTH = 48
SAVE_EVERY = 200
WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Teacher:
    """Vectors of English texts in the student's dimension, shape (texts, dimension), float16, and their row by text."""

    vectors: torch.Tensor
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One language's pairs as tokens, with the row of each English text in the teacher (-1 for none) and its hash."""

    one: Bags
    other: Bags
    kinds: dict[str, NDArray[np.int64]]
    taught: NDArray[np.int64]
    meaning: NDArray[np.int64]


def main() -> None:
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        pairs = all_pairs(options.parallel)
    except DataMissing as error:
        sys.exit(str(error))
    say(f"{sum(len(rows) for rows in pairs.values()):,} pairs in {len(pairs)} languages")
    tokenizer = tokenizer_of(pairs, options)
    teacher = teacher_of(pairs, options)
    sides = {language: side_of(rows, tokenizer, teacher) for language, rows in sorted(pairs.items())}
    del pairs
    weights = train(sides, teacher, tokenizer.get_vocab_size(), options)
    save(tokenizer, weights, options.out)
    measure(options.out, options.data)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parallel", type=Path, required=True, help="folder of <language>.tsv.gz")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is kept between runs")
    parser.add_argument("--out", type=Path, required=True, help="folder of the finished model")
    parser.add_argument("--data", type=Path, help="folder with the public sets to measure on")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--minutes", type=float, default=45, help="time budget of the training itself")
    parser.add_argument("--batch", type=int, default=2304)
    parser.add_argument("--dimension", type=int, default=256)
    parser.add_argument("--vocabulary", type=int, default=50_000)
    parser.add_argument("--taught", type=int, default=45_000, help="how many English sentences the teacher reads")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def tokenizer_of(pairs: dict[str, list[Pair]], options: argparse.Namespace) -> Tokenizer:
    """Byte-pair pieces of folded words, learned once and kept."""
    path = options.work / "tokenizer.json"
    if path.is_file():
        return Tokenizer.from_file(str(path))
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    letters = [normalizers.Replace(letter, plain) for letter, plain in (("ł", "l"), ("ø", "o"), ("ß", "ss"))]
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), *letters, normalizers.NFD(), normalizers.StripAccents()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=options.vocabulary,
        min_frequency=3,
        special_tokens=[UNKNOWN],
        limit_alphabet=300,
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines_for_tokenizer(pairs, options.seed), trainer)
    tokenizer.save(str(path))
    say(f"tokenizer of {tokenizer.get_vocab_size():,} pieces")
    return tokenizer


def teacher_of(pairs: dict[str, list[Pair]], options: argparse.Namespace) -> Teacher:
    """The teacher's vectors of dictionary words, this field's text, and a sample of sentences; kept as they come."""
    texts = texts_to_teach(pairs, options)
    known = read_taught(options.work)
    missing = [text for text in texts if text not in known]
    if missing:
        say(f"the teacher reads {len(missing):,} texts")
        known |= teach(missing, options)
    vectors = np.stack([known[text] for text in texts]).astype(np.float32)
    reduced = vectors @ principal(vectors, options.dimension)
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True) + 1e-9
    return Teacher(
        torch.from_numpy(reduced.astype(np.float16)).to(options.device), {text: row for row, text in enumerate(texts)}
    )


def texts_to_teach(pairs: dict[str, list[Pair]], options: argparse.Namespace) -> list[str]:
    always: dict[str, None] = {}
    sentences: set[str] = set()
    for rows in pairs.values():
        for pair in rows:
            if pair.kind in ("field", "concept") or (pair.kind == "word" and len(pair.one.split()) <= 3):
                always.setdefault(pair.one)
            elif pair.kind == "sentence" and len(pair.one.split()) <= TEACHER_WORDS:
                sentences.add(pair.one)
    order = np.random.default_rng(options.seed).permutation(len(sentences))
    ordered = sorted(sentences)
    always.update(dict.fromkeys(ordered[i] for i in order[: options.taught]))
    return list(always)


def read_taught(work: Path) -> dict[str, NDArray[np.float16]]:
    found: dict[str, NDArray[np.float16]] = {}
    for path in sorted(work.glob("taught-*.npz")):
        part = np.load(path)
        found.update(zip(part["texts"].tolist(), part["vectors"], strict=True))
    return found


def teach(texts: list[str], options: argparse.Namespace) -> dict[str, NDArray[np.float16]]:
    """Vectors by text, shape (384,), normalised; every 16,384 texts are saved."""
    model = SentenceTransformer(str(wheel_folder()), device=options.device)
    model.max_seq_length = TEACHER_LENGTH
    ordered = sorted(texts, key=len)
    saved = len(list(options.work.glob("taught-*.npz")))
    found: dict[str, NDArray[np.float16]] = {}
    for first in range(0, len(ordered), 16_384):
        part = ordered[first : first + 16_384]
        vectors = model.encode(part, batch_size=256, normalize_embeddings=True).astype(np.float16)
        np.savez(options.work / f"taught-{saved:03d}.npz", texts=np.array(part), vectors=vectors)
        saved += 1
        found.update(zip(part, vectors, strict=True))
        say(f"taught {len(found):,} of {len(ordered):,}")
    return found


def principal(vectors: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """The directions of greatest variance, shape (384, dimension)."""
    _, _, directions = np.linalg.svd(vectors[:: max(1, len(vectors) // 30_000)], full_matrices=False)
    kept: NDArray[np.float32] = directions[:dimension].T
    return kept


def side_of(rows: list[Pair], tokenizer: Tokenizer, teacher: Teacher) -> Side:
    kinds = np.array([pair.kind for pair in rows])
    return Side(
        bags_of(tokenizer, [pair.one for pair in rows]),
        bags_of(tokenizer, [pair.other for pair in rows]),
        {kind: np.flatnonzero(kinds == kind) for kind in SHARES if (kinds == kind).any()},
        np.array([teacher.rows.get(pair.one, -1) for pair in rows]),
        np.array([hash(pair.one) for pair in rows]),
    )


@dataclass(frozen=True, slots=True)
class Batch:
    one: tuple[torch.Tensor, torch.Tensor]
    other: tuple[torch.Tensor, torch.Tensor]
    taught: torch.Tensor
    same: torch.Tensor


def batches(sides: dict[str, Side], size: int, seed: int) -> Iterator[Batch]:
    """Endless batches with every language alike; kinds a language lacks leave their share to the others."""
    rng = np.random.default_rng(seed)
    each = size // len(sides)
    while True:
        drawn = []
        for side in sides.values():
            shares = np.array([SHARES[kind] for kind in side.kinds])
            counts = rng.multinomial(each, shares / shares.sum())
            rows = [rng.choice(held, count) for held, count in zip(side.kinds.values(), counts, strict=True)]
            drawn.append((side, np.concatenate(rows)))
        meaning = torch.from_numpy(np.concatenate([side.meaning[rows] for side, rows in drawn]))
        same = (meaning[:, None] == meaning[None, :]).fill_diagonal_(False)
        yield Batch(
            _joined([side.one.take(rows) for side, rows in drawn]),
            _joined([side.other.take(rows) for side, rows in drawn]),
            torch.from_numpy(np.concatenate([side.taught[rows] for side, rows in drawn])),
            same,
        )


def _joined(parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> tuple[torch.Tensor, torch.Tensor]:
    offsets = np.cumsum([0] + [len(tokens) for tokens, _ in parts])
    begins = [begin + offset for (_, begin), offset in zip(parts, offsets, strict=False)]
    return torch.from_numpy(np.concatenate([tokens for tokens, _ in parts])), torch.from_numpy(np.concatenate(begins))


def contrast(one: torch.Tensor, other: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """InfoNCE both ways; texts of the same English meaning are no negatives of each other."""
    scores = (one @ other.T / TEMPERATURE).masked_fill(same, -1e4)
    target = torch.arange(len(one), device=one.device)
    return (cross_entropy(scores, target) + cross_entropy(scores.T, target)) / 2


def loss_of(bag: EmbeddingBag, batch: Batch, teacher: Teacher, device: str) -> torch.Tensor:
    one = normalize(bag(*(part.to(device) for part in batch.one)), dim=1)
    other = normalize(bag(*(part.to(device) for part in batch.other)), dim=1)
    same = batch.same.to(device)
    taught = (batch.taught >= 0).to(device)
    goal = teacher.vectors[batch.taught[batch.taught >= 0].to(device)].float()
    apart = same[taught][:, taught]
    loss = contrast(one, other, same) + 0.5 * contrast(other[taught], goal, apart)
    near = (one[taught] * goal).sum(1).mean() + (other[taught] * goal).sum(1).mean()
    return loss + 2 * (2 - near)


def train(sides: dict[str, Side], teacher: Teacher, size: int, options: argparse.Namespace) -> NDArray[np.float16]:
    """Token vectors, shape (size, dimension). Goes on from the last checkpoint of the same options."""
    bag = EmbeddingBag(size, options.dimension, mode="mean").to(options.device)
    torch.nn.init.normal_(bag.weight, std=0.05)
    optimiser = torch.optim.Adam(bag.parameters(), lr=0.01, betas=(0.9, 0.99))
    checkpoint = options.work / "checkpoint.pt"
    step, used = 0, 0.0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        bag.load_state_dict(saved["bag"])
        optimiser.load_state_dict(saved["optimiser"])
        step, used = saved["step"], saved["used"]
        say(f"going on at step {step}")
    started = time.monotonic() - used
    source = batches(sides, options.batch, options.seed + step)
    while (done := progress(step, time.monotonic() - started, options)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 0.01 * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - done)
        loss = loss_of(bag, next(source), teacher, options.device)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        step += 1
        if step % SAVE_EVERY == 0:
            used = time.monotonic() - started
            state = {"bag": bag.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "used": used}
            torch.save(state, checkpoint)
        if step % 50 == 0:
            say(f"step {step}  loss {loss.item():.3f}  {100 * done:.0f} %")
    checkpoint.unlink(missing_ok=True)
    weights: NDArray[np.float16] = bag.weight.detach().cpu().numpy().astype(np.float16)
    return weights


def progress(step: int, seconds: float, options: argparse.Namespace) -> float:
    """How much of the steps or of the time is used, whichever is more."""
    return float(max(step / options.steps, seconds / (60 * options.minutes)))


def save(tokenizer: Tokenizer, weights: NDArray[np.float16], out: Path) -> None:
    """A folder that `SentenceTransformer(folder)` loads; the card beside it is kept."""
    card = (out / "README.md").read_text(encoding="utf-8") if (out / "README.md").is_file() else None
    shutil.rmtree(out, ignore_errors=True)
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu").save(
        str(out), create_model_card=False
    )
    files = [out / "model.safetensors", out / "tokenizer.json"]
    for file in files:
        file.chmod(0o644)
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]
    (out / CHECKSUMS).write_text("\n".join(sums) + "\n", encoding="ascii")
    if card:
        (out / "README.md").write_text(card, encoding="utf-8")
    say(f"{out}: {sum(path.stat().st_size for path in out.rglob('*')) / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
