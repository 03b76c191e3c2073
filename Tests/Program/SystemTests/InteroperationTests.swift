import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The pipeline on RabbitMQ beside clients of other projects: pika, and the tools of rabbitmq-c.
    @Suite struct InteroperationTests {
        private static let publish = """
            import json, pika, sys
            url, bodies = sys.argv[1], sys.argv[2:]
            channel = pika.BlockingConnection(pika.URLParameters(url + '/%2F')).channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish('events', 'user.event', body.encode(), mandatory=True)
            """

        /// Mistakes that a producer can make, and then a valid event.
        private static let misdeeds = """
            import pika, sys
            url, event = sys.argv[1], sys.argv[2].encode()
            channel = pika.BlockingConnection(pika.URLParameters(url + '/%2F')).channel()
            channel.confirm_delivery()
            def publish(body, **properties):
                channel.basic_publish('events', 'user.event', body, pika.BasicProperties(**properties), mandatory=True)
            publish(b'[' * (2 << 20))
            publish(b'large headers', headers={'k': 'x' * 130000})
            publish(b'forged counter', headers={'debias-attempts': 2**63 - 1})
            publish(b'short life', expiration='60000', delivery_mode=1, type='t' * 255, message_id='\\u00e4' * 127)
            publish(event)
            """

        @Test("mistakes of another producer become dead letters and stop no consumer")
        func whatAnotherProducerDoesWrongBecomes() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            let event =
                #"{"user_id": 7, "product_id": 1, "event_type": "view", "user_session": "pika", "#
                + #""event_time": "2026-01-01T00:00:00Z"}"#
            try await HelperProcess.python(Self.misdeeds, [node.addresses.amqp, event])
            _ = try await history(of: 7, port: port, count: 1)
            let list = ["dlq", "list", "--json", "--broker", node.addresses.amqp, "--data-dir", directory.path]
            var letters: [[String: Any]] = []
            try await eventually("four letters of each work queue, of which are \(letters)") {
                let (_, output) = try Program.run(list)
                letters = try object(output)["letters"] as? [[String: Any]] ?? []
                return letters.count >= 8
            }
            #expect(letters.count == 8)
            let reasons = letters.compactMap { $0["class"] as? String }
            #expect(reasons.count { $0 == "malformed" } == 6)
            #expect(reasons.count { $0 == "rejected" } == 2, "the broker moved messages too large to publish again")
            #expect(server.terminate() == 0)
        }

        /// Creates a queue that receives a copy of each event.
        private static let bind = """
            import pika, sys
            channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1] + '/%2F')).channel()
            channel.queue_declare('copy', durable=True)
            channel.queue_bind('copy', 'events')
            """

        private static let get = """
            import json, pika, sys
            channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1] + '/%2F')).channel()
            method, properties, body = channel.basic_get('copy', auto_ack=True)
            print(json.dumps({
                'exchange': method.exchange, 'routing_key': method.routing_key, 'mode': properties.delivery_mode,
                'content_type': properties.content_type, 'message_id': properties.message_id,
                'type': properties.type, 'timestamp': properties.timestamp,
                'traceparent': properties.headers['traceparent'], 'body': json.loads(body)}))
            """

        /// What six libraries put on the wire when only a body, the exchange and the key are given: docs/producers.md.
        private static let defaults = """
            import json, pika, sys
            channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1] + '/%2F')).channel()
            channel.confirm_delivery()
            def publish(product, **properties):
                body = json.dumps({'user_id': 7, 'product_id': product, 'event_type': 'view', 'user_session': 's',
                    'event_time': '2026-01-01T00:00:00Z'})
                channel.basic_publish('events', 'user.event', body.encode(), pika.BasicProperties(**properties))
            publish(1)
            publish(2, headers={}, delivery_mode=1, priority=0, message_id='293e8a3b70b14c0c94e188378239567a')
            publish(3, content_type='application/json', content_encoding='utf-8', headers={}, delivery_mode=2, priority=0)
            publish(4, content_type='text/plain', content_encoding='utf-8', headers={}, delivery_mode=2, priority=0)
            publish(5, content_type='application/json', headers={}, delivery_mode=1, priority=0,
                correlation_id='932bb076-49c9-4db2-ae0d-eb1cbf85f40e', message_id='99cd1f5840394390a59e2061800f9bc1',
                timestamp=1767225600, app_id='faststream-0.7.8')
            publish(6, content_type='application/json')
            publish(7, delivery_mode=1)
            """

        @Test("messages as six client libraries send them by default become events")
        func defaultsOfClients() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            try await HelperProcess.python(Self.defaults, [node.addresses.amqp])
            let events = try await history(of: 7, port: port, count: 7)
            #expect(Set(events.compactMap { $0["product_id"] as? Int }) == Set(1...7))
            try await eventually("the events in both stores") {
                try Program.statistics(directory.path)["vectors"] as? Int == 7
            }
            #expect(server.terminate() == 0)
        }

        @Test("events of pika, with and without an event_id, are processed once")
        func eventsOfPika() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            let plain =
                #"{"user_id": 7, "product_id": 1, "event_type": "view", "user_session": "pika", "#
                + #""event_time": "2026-01-01T00:00:00Z"}"#
            let named = """
                {"user_id": 7, "product_id": 2, "event_type": "cart", "user_session": "pika", \
                "event_id": "0190163d-8694-739b-aea5-966c26f8ad91"}
                """
            try await HelperProcess.python(Self.publish, [node.addresses.amqp, plain, named, plain, named])
            let events = try await history(of: 7, port: port, count: 2)
            #expect(Set(events.compactMap { $0["product_id"] as? Int }) == [1, 2])
            #expect(events.contains { $0["event_id"] as? String == "0190163d-8694-739b-aea5-966c26f8ad91" })
            #expect(server.terminate() == 0)
            let statistics = try Program.statistics(directory.path)
            #expect(statistics["interactions"] as? Int == 2)
            #expect(statistics["vectors"] as? Int == 2)
        }

        @Test("messages of the pipeline are read by pika, amqp-get and amqp-consume")
        func messagesOfThePipelineAreRead() async throws {
            let node = try await RabbitMQNode.start()
            let directory = try TemporaryDirectory()
            let (server, port) = try Program.serve(directory.path, ["--broker", node.addresses.amqp])
            try await HelperProcess.python(Self.bind, [node.addresses.amqp])
            let client = try RawClient(port: port)
            var ids: [String] = []
            for product in 1...3 {
                let body = """
                    {"user_id":9,"product_id":\(product),"event_type":"view","user_session":"ä","price":1.5}
                    """
                let answer = try #require(client.request("POST", "/events", body))
                ids.append(try #require(answer.object["event_id"] as? String))
            }
            let message = try object(try await HelperProcess.python(Self.get, [node.addresses.amqp]))
            #expect(message["exchange"] as? String == "events")
            #expect(message["routing_key"] as? String == "user.event")
            #expect(message["mode"] as? Int == 2)
            #expect(message["content_type"] as? String == "application/json")
            #expect(message["message_id"] as? String == ids[0])
            #expect(message["type"] as? String == "view")
            #expect(message["timestamp"] as? Int ?? 0 > 1_700_000_000)
            #expect((message["traceparent"] as? String)?.count == 55)
            let event = try #require(message["body"] as? [String: Any])
            #expect(event["user_session"] as? String == "ä")
            #expect(event["published_at"] is String)

            let address = ["--url", node.addresses.amqp + "/%2F", "--queue", "copy"]
            let got = try object(try await HelperProcess.run("amqp-get", address))
            #expect(got["event_id"] as? String == ids[1])
            let consumed = try object(
                try await HelperProcess.run("amqp-consume", address + ["--count", "1", "cat"]))
            #expect(consumed["event_id"] as? String == ids[2])
            #expect(server.terminate() == 0)
        }

        private func object(_ text: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        private func history(of user: Int, port: UInt16, count: Int) async throws -> [[String: Any]] {
            var events: [[String: Any]] = []
            try await eventually("\(count) events in the history", within: .seconds(30)) {
                let answer = try RawClient(port: port).request("GET", "/users/\(user)/history")
                events = answer?.object["events"] as? [[String: Any]] ?? []
                return events.count >= count
            }
            return events
        }
    }
}
