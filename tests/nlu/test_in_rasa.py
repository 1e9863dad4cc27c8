"""Runs what needs Rasa, spaCy and scikit-learn in the rasa environment, which has no pytest."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_components_and_channel_in_the_rasa_environment() -> None:
    done = subprocess.run(
        [
            ROOT / ".venv-rasa" / "bin" / "python",
            "-W",
            "ignore",
            "-m",
            "unittest",
            "-v",
            "tests.nlu.in_rasa",
        ],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
