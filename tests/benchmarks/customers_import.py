"""Measure the import of a file of customers, as the background job does it, or with `--url` through the route.

    DATABASE_URL=… DEBUG=1 python -m tests.benchmarks.customers_import [--rows 100000] [--profile]
    DATABASE_URL=… DEBUG=1 python -m tests.benchmarks.customers_import --url http://127.0.0.1:8000

Writes the file first: of every hundred rows one lacks its last name, one has a birth date that is none, one has the
e-mail of the row before it and one the phone of the row before it. Prints the progress with the memory of this
process, then the rate, the CPU time, and the outcomes, which must be exactly those.
"""

import argparse
import cProfile
import http.client
import logging
import os
import pstats
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

_ROW = """<customer><email>{email}</email><firstName>Anna</firstName><lastName>{last_name}</lastName><active>1</active>
<gender>female</gender><birthDate>{born}</birthDate><phone>{phone}</phone><agreement1>1</agreement1>
<loyaltyCardNumber>{word}{number:07d}</loyaltyCardNumber><address><street>Morska</street><address1>1</address1>
<city>Gdynia</city><postal>81-300</postal><country>PL</country></address><labels><label><key>batch</key>
<value>{word}</value></label></labels></customer>
"""
# What is wrong with the rows whose number ends so.
BAD = {
    10: "Convert exception: lastName is required node",
    20: "Convert exception: birthDate has invalid date format (Y-m-d required)",
    30: "Another customer has this e-mail address.",
    40: "Another customer has this phone number.",
}


def main() -> None:
    """Write the file, import it and print what it cost."""
    options = read_options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    django.setup()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.xml"
        write_file(path, options.rows)
        tell(f"{options.rows} rows, {path.stat().st_size / 1e6:.0f} MB; {memory()}")
        profiler = cProfile.Profile() if options.profile else None
        started, cpu = time.perf_counter(), time.process_time()
        if profiler:
            profiler.enable()
        job = post(path, options) if options.url else work(path, options.store)
        if profiler:
            profiler.disable()
            pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
        took, used = time.perf_counter() - started, time.process_time() - cpu
    tell(
        f"{took:.1f} s, {options.rows / took:.0f} rows a second, own CPU {used / options.rows * 1000:.2f} ms a row"
    )
    check(job, options.rows)


def write_file(path: Path, rows: int) -> None:
    """Write a file of so many rows, of whom nobody is a customer yet."""
    word = f"{time.time_ns() // 1_000_000_000:x}"
    with path.open("w") as file:
        file.write("<customers>\n")
        for number in range(rows):
            kind = number % 100
            file.write(
                _ROW.format(
                    word=word,
                    number=number,
                    email=f"a{number - (kind == 30)}.{word}@mail.example",
                    last_name="" if kind == 10 else f"Nowak{number % 977}",
                    born="1.2.1990" if kind == 20 else "1990-02-01",
                    phone=f"00{int(word, 16) % 10**6:06d}{number - (kind == 40):07d}",
                )
            )
        file.write("</customers>\n")


def work(path: Path, code: str) -> Any:
    """Hand the file in and work through it, as the task does, and give the job."""
    from django.core.files import File
    from django.utils import timezone

    from customers.api.open_loyalty.xml_rows import customer_rows
    from loyalty.actors import SYSTEM
    from loyalty.imports import jobs
    from loyalty.models import Store

    kind = customer_rows(Store.objects.get(code=code), actor=SYSTEM, at=timezone.now())
    store = Store.objects.get(code=code)
    with path.open("rb") as file:
        job = jobs.hand_in(store, kind=kind, file=File(file), filename=path.name, actor=SYSTEM)
    done: list[int] = []
    run_group = jobs._run_group

    def told(job: Any, **group: Any) -> None:
        run_group(job, **group)
        if job.processed * 10 // job.total > len(done):
            done.append(job.processed)
            tell(f"{job.processed:>8} rows; {memory()}")

    jobs._run_group = told
    return jobs.work_through(job, kind=kind, at=timezone.now())


def post(path: Path, options: argparse.Namespace) -> Any:
    """Send the file to the route of a running server and give the job."""
    from loyalty.models import ImportJob, Store
    from tests.callers import as_partner

    token = as_partner(Store.objects.get(code=options.store)).client.defaults["HTTP_AUTHORIZATION"]
    where = urlsplit(options.url)
    edge = "----------of-the-benchmark"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file[file]"; filename="customers.xml"\r\n'
        "Content-Type: application/xml\r\n\r\n"
    )
    body = head.encode() + path.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=3600)
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Authorization": token}
    connection.request("POST", f"/api/{options.store}/admin/customer/import", body, headers)
    answer = connection.getresponse()
    length = 0
    while chunk := answer.read(1 << 20):
        length += len(chunk)
    tell(f"status {answer.status}, {length / 1e6:.1f} MB of answer")
    return ImportJob.objects.latest("created_at")


def check(job: Any, rows: int) -> None:
    """Print the outcomes, and stop where one is not as the file has it."""
    outcomes = Counter(job.rows.values_list("is_success", "message"))
    for (is_success, message), count in sorted(outcomes.items()):
        tell(f"{count:>8} {'registered' if is_success else message}")
    wrong = [
        row
        for row in job.rows.exclude(is_success=True).iterator()
        if not row.message.endswith(BAD.get((row.number - 1) % 100, "?"))
    ]
    good = sum(number % 100 not in BAD for number in range(rows))
    assert not wrong, wrong[:5]
    assert (job.state, job.processed, job.succeeded) == ("done", rows, good), job.__dict__


def memory() -> str:
    """Tell how much memory this process holds and has held at most."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"memory {pages * resource.getpagesize() / 1e6:.0f} MB, at most {most / 1e3:.0f} MB"


def tell(text: str) -> None:
    """Write a line."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--store", default="DEFAULT")
    parser.add_argument("--url", default="", help="send the file to this server instead")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
