"""A worker as one writes it with pika and qdrant-client: qdrant_worker.py EVENTS DIMENSION. Takes batches of 500, upserts their
interactions, reads the newest 100 interactions of each of their users in requests of 50 users, and upserts the profiles, which
it computes with NumPy from the vectors of products that it keeps in memory.

Of two workers that write one user, the last one wins, whatever it has seen; and a conflict of ids is overwritten: ours tells.
"""

import json
import os
import sys
import time

import numpy
import pika
from qdrant_client import QdrantClient, models

BATCH, WINDOW, HALF_LIFE = 500, 100, 7 * 86_400
WEIGHTS = {"view": 1, "cart": 3, "purchase": 5, "remove_from_cart": -1}
count, dimension = int(sys.argv[1]), int(sys.argv[2])
client = QdrantClient(url=os.environ["QDRANT_URL"], api_key=os.environ["QDRANT_API_KEY"], timeout=60)
products = {}


def vector(product):
    """A unit vector that follows from the product alone."""
    if product not in products:
        numbers = numpy.random.default_rng(product).standard_normal(dimension)
        products[product] = (numbers / numpy.linalg.norm(numbers)).astype(numpy.float32)
    return products[product]


def prepare():
    for name, keys in (("interactions", {"user_id": "integer", "event_time": "datetime"}), ("user_profiles", {})):
        if not client.collection_exists(name):
            client.create_collection(
                name, vectors_config=models.VectorParams(size=dimension, distance=models.Distance.COSINE))
        for key, kind in keys.items():
            client.create_payload_index(name, key, kind)


def profile(user, points):
    """The weighted sum of what the user did last, by type and age."""
    times = [numpy.datetime64(point.payload["event_time"].rstrip("Z")) for point in points]
    ages = numpy.array([(times[0] - moment) / numpy.timedelta64(1, "s") for moment in times])
    weights = numpy.array([WEIGHTS[point.payload["event_type"]] for point in points]) * 0.5 ** (ages / HALF_LIFE)
    total = weights @ numpy.stack([vector(point.payload["product_id"]) for point in points])
    length = numpy.linalg.norm(total)
    counts = {}
    for point in points:
        counts[point.payload["event_type"]] = counts.get(point.payload["event_type"], 0) + 1
    recent = list(dict.fromkeys(point.payload["product_id"] for point in points))[:20]
    return models.PointStruct(
        id=user, vector=(total / length if length else total).tolist(),
        payload={"counts": counts, "last_event_time": points[0].payload["event_time"], "recent_products": recent,
                 "interactions": len(points)})


def write(events):
    client.upsert("interactions", wait=True, points=[
        models.PointStruct(
            id=event["event_id"], vector=vector(event["product_id"]).tolist(),
            payload={"user_id": event["user_id"], "product_id": event["product_id"], "event_type": event["event_type"],
                     "event_time": event["event_time"], "session_id": event["user_session"],
                     "weight": WEIGHTS[event["event_type"]]})
        for event in events])
    users = sorted({event["user_id"] for event in events})
    profiles = []
    for start in range(0, len(users), 50):
        some = users[start:start + 50]
        answers = client.query_batch_points("interactions", requests=[
            models.QueryRequest(
                query=models.OrderByQuery(
                    order_by=models.OrderBy(key="event_time", direction=models.Direction.DESC)),
                filter=models.Filter(must=[models.FieldCondition(key="user_id", match=models.MatchValue(value=user))]),
                limit=WINDOW, with_payload=True)
            for user in some])
        profiles += [profile(user, answer.points) for user, answer in zip(some, answers)]
    client.upsert("user_profiles", wait=True, points=profiles)


prepare()
channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
channel.basic_qos(prefetch_count=2 * BATCH)
done, waiting, began = 0, [], None
for method, _, body in channel.consume("events.qdrant", inactivity_timeout=10):
    if method is None:
        break
    began = began or time.monotonic()
    waiting.append(json.loads(body))
    if len(waiting) == BATCH or done + len(waiting) == count:
        write(waiting)
        channel.basic_ack(method.delivery_tag, multiple=True)
        done, waiting = done + len(waiting), []
    if done == count:
        break
print(f"{done} events in {time.monotonic() - began:.2f} s" if began else "no events")
