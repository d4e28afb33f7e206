"""`koban index rebuild`: everything that is derived, once more from the database."""

import shutil
from collections.abc import Callable

from knowledge_base.dense import embed_passages
from knowledge_base.embedding import Embedder
from knowledge_base.library import LEXICAL_FOLDER, VECTOR_FOLDER, passage_of
from settings import Settings
from storage.articles import ArticleStore, ModelStamp

BATCH_PASSAGES = 256
Progress = Callable[[int, int, str], None]


def rebuild(settings: Settings, store: ArticleStore, embedder: Embedder, progress: Progress | None = None) -> int:
    """Embed all passages of the site with `embedder`, drop the derived files; how many passages there are.

    The caller owns the data folder. A library opened afterwards writes the files anew.
    """
    passages = [passage_of(row) for row in store.passages()]
    vectors: dict[str, bytes] = {}
    for first in range(0, len(passages), BATCH_PASSAGES):
        batch = passages[first : first + BATCH_PASSAGES]
        for passage, vector in zip(batch, embed_passages(batch, embedder), strict=True):
            vectors[passage.id] = vector.astype("<f4").tobytes()
        if progress:
            progress(len(vectors), len(passages), "")
    store.replace_vectors(vectors, ModelStamp(embedder.name, embedder.dimension))
    for folder in (VECTOR_FOLDER, LEXICAL_FOLDER):
        shutil.rmtree(settings.data_dir / folder, ignore_errors=True)
    return len(passages)
