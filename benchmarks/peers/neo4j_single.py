"""A graph worker in the shape that is written first, and that stream processors with a Cypher output have by default: one statement
in a transaction of its own, and one acknowledgement, a message.

    neo4j_single.py COUNT        environment: AMQP_URL, BOLT_URL, BOLT_USER, BOLT_PASSWORD
"""

import json
import os
import sys

import neo4j
import pika

STATEMENT = """
    MERGE (user:User {user_id: $user_id})
    MERGE (product:Product {product_id: $product_id})
    CREATE (user)-[:INTERACTED {event_type: $event_type, event_time: $event_time, session_id: $user_session}]->(product)"""


def main():
    left = int(sys.argv[1])
    driver = neo4j.GraphDatabase.driver(
        os.environ["BOLT_URL"], auth=(os.environ["BOLT_USER"], os.environ["BOLT_PASSWORD"]), notifications_min_severity="OFF")
    channel = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
    channel.basic_qos(prefetch_count=100)
    with driver.session() as session:
        for method, _, body in channel.consume("events.neo4j"):
            event = json.loads(body)
            session.run(STATEMENT, {"event_time": None, **event}).consume()
            channel.basic_ack(method.delivery_tag)
            left -= 1
            if left == 0:
                return


main()
