"""`python -m benchmarks.webhook`: how soon a notification is acknowledged while 1,000 messages wait
and Rasa is away. Wanted: 50 ms at the median, 250 ms for 99 in 100."""

import json
import os
import socket
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from lebailleur import migrating
from lebailleur.settings import ROOT, SIMULATED_APP_SECRET
from lebailleur.whatsapp.signature import sign

WAITING, POSTS, AT_ONCE = 1_000, 600, 4


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'webhook.db'}"
        migrating.upgrade(url)
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "PORT": str(port),
            "RASA_URL": "http://127.0.0.1:9",
            "ACTIONS_URL": "http://127.0.0.1:9",
        }
        command = [str(ROOT / ".venv" / "bin" / "lebailleur"), "serve"]
        with (Path(name) / "log").open("wb") as log:
            app = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
        try:
            _measure(f"http://127.0.0.1:{port}")
        finally:
            app.terminate()
            app.wait(30)


def _measure(url: str) -> None:
    for _ in range(300):
        try:
            requests.get(f"{url}/healthz", timeout=2)
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    _post(url, range(WAITING))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        every = range(WAITING, WAITING + POSTS)
        times = sorted(pool.map(lambda number: _post(url, range(number, number + 1)), every))
    print(f"Webhook: {POSTS} notifications, {AT_ONCE} at once, while {WAITING} messages wait.")
    print(f"  median      {statistics.median(times):8.1f} ms")
    print(f"  99th of 100 {times[int(len(times) * 0.99)]:8.1f} ms")


def _post(url: str, numbers: range) -> float:
    """Post one notification with a message of each number; milliseconds until its 200."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "237620000001", "phone_number_id": "1"},
        "messages": [
            {
                "from": f"2376{number:08d}",
                "id": f"wamid.bench{number}",
                "timestamp": "1764230400",
                "type": "text",
                "text": {"body": "Paul paid half of March rent"},
            }
            for number in numbers
        ],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    headers = {
        "X-Hub-Signature-256": sign(body, SIMULATED_APP_SECRET),
        "Content-Type": "application/json",
    }
    started = time.perf_counter()
    answer = requests.post(f"{url}/webhook/", data=body, headers=headers, timeout=60)
    took = 1000 * (time.perf_counter() - started)
    answer.raise_for_status()
    return took


if __name__ == "__main__":
    main()
