"""The part of benchmarks/run for recommendations: 1,000,000 generated events are imported into the embedded stores, and wrk
asks for recommendations for users of them, one at a time and two at a time.

The events are like those of a shop with 60,000 products in 600 categories: sessions of four events as a rule and of hundreds
at times, which stay in one category for the most part; few categories, products and users have most of the events.
"""

import itertools
import os
import random
import shutil
import tempfile

import rabbitmq as broker
from rabbitmq import median

EVENTS = 1_000_000
PRODUCTS, CATEGORIES, USERS = 60_000, 600, 40_000
CONNECTIONS = [1, 2]


def decreasing(count, exponent):
    """Sums of weights: the first is the heaviest."""
    return list(itertools.accumulate((number + 1) ** -exponent for number in range(count)))


def session(source, shelves, weights):
    """The products of one session, in order."""
    count = 1
    while count < 300 and source.random() < 0.68:
        count += 1
    if source.random() < 0.25:
        count = min(300, count + int(2 * source.paretovariate(1.3)) - 2)
    own, products = source.choices(shelves, cum_weights=weights)[0], []
    for _ in range(count):
        if products and source.random() < 0.33:
            products.append(products[-1])
            continue
        shelf, sums = own if source.random() < 0.92 else source.choices(shelves, cum_weights=weights)[0]
        products.append(source.choices(shelf, cum_weights=sums)[0])
    return products


def write(events, users):
    """Writes the events in order of time, and the users that they are of."""
    source = random.Random(20191001)
    category = source.choices(range(CATEGORIES), cum_weights=decreasing(CATEGORIES, 1), k=PRODUCTS)
    brand = [source.randrange(25) for _ in range(PRODUCTS)]
    shelves = [[] for _ in range(CATEGORIES)]
    for product, place in enumerate(category):
        shelves[place].append(product)
    shelves = [(shelf, decreasing(len(shelf), 0.95)) for shelf in shelves]
    weights = list(itertools.accumulate(1 / (place + 1) if shelf else 0 for place, (shelf, _) in enumerate(shelves)))
    buyers = decreasing(USERS, 0.7)
    rows, seen = [], set()
    for number in itertools.count():
        user = source.choices(range(1, USERS + 1), cum_weights=buyers)[0]
        moment = 1_569_888_000 + source.randrange(20 * 86_400)
        for product in session(source, shelves, weights):
            moment += 1 + int(source.expovariate(1 / 60))
            rows.append((moment, user, product, number))
        if len(rows) >= EVENTS:
            break
    rows.sort()
    kinds = source.choices(["view", "cart", "purchase", "remove_from_cart"], [95, 2, 2.5, 0.5], k=EVENTS)
    with open(events, "w") as file:
        file.write("event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n")
        for (moment, user, product, number), kind in zip(rows, kinds):
            seen.add(user)
            file.write(f"{moment_text(moment)},{kind},{1_000_000 + 37 * product},{2_053_013_550_000_000_000 + category[product]},"
                       f"shop.category{category[product]},{f'brand{brand[product]}' if brand[product] else ''},"
                       f"{product % 500}.99,{user},00000000-0000-4000-8000-{number:012x}\n")
    with open(users, "w") as file:
        file.writelines(f"{user}\n" for user in sorted(seen))


def moment_text(moment):
    day, second = divmod(moment - 1_569_888_000, 86_400)
    return f"2019-10-{day + 1:02} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} UTC"


def recommend(options, builds, imported, server, wrk, ratio):
    print(f"\n## GET /users/{{id}}/recommendations, {EVENTS:,} events embedded\n")
    folder = tempfile.mkdtemp(prefix="debias-bench-")
    try:
        file, users = os.path.join(folder, "events.csv"), os.path.join(folder, "users")
        write(file, users)
        os.environ["BENCH_USERS"] = users
        for name, program in builds.items():
            data = os.path.join(folder, name)
            summary, seconds, _, _ = imported(program, file, data)
            size = os.path.getsize(os.path.join(data, "graph.sqlite")) / 2**20
            print(f"- {name}: {summary['read'] / seconds:,.0f} lines/s imported, graph.sqlite {size:.0f} MiB", flush=True)
        for count in options.connections or CONNECTIONS:
            rows = {name: [] for name in builds}
            for number in range(options.rounds):
                for name in list(builds)[::1 if number % 2 == 0 else -1]:
                    with server(builds[name], "--no-workers", folder=os.path.join(folder, name)) as running:
                        # The pages of the hot products come into memory.
                        wrk(running.url, "recommend.lua", count, 2)
                        before = running.processor_seconds()
                        row = wrk(running.url, "recommend.lua", count, options.seconds)
                        row["cost"] = (running.processor_seconds() - before) / max(row["rate"] * options.seconds, 1) * 1e3
                        row["memory"] = running.resident_megabytes("VmHWM")
                        rows[name].append(row)
            broker.table(
                f"{count} at a time", ["answers/s", "p50 ms", "p99 ms", "failed", "server ms an answer", "resident MB"],
                [(name, [f"{median(row, 'rate'):,.0f}", f"{median(row, 'p50'):.2f}", f"{median(row, 'p99'):.2f}",
                         str(sum(part["failures"] for part in row)), f"{median(row, 'cost'):.2f}",
                         f"{median(row, 'memory'):.0f}"]) for name, row in rows.items()])
            ratio(rows, "rate", "cost", "p99")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
