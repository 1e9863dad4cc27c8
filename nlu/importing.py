"""How Rasa reads our files: as always, but each of them once a training. Rasa alone would read the
domain and the phrases again for every step that wants them."""

from typing import Optional

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method


class OnceImporter(RasaFileImporter):
    """Rasa's own importer of files, which keeps what it has read."""

    @cached_method
    def get_domain(self) -> Domain:
        """The domain, of domain.yml."""
        return super().get_domain()

    @cached_method
    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """The trainers' phrases, of data/nlu/."""
        return super().get_nlu_data(language)
