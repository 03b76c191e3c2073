import Glibc
import HTTPWire

extension Connection {
    /// Asks the machine, and sends the bytes that it adds for the client.
    func ask(_ body: (inout RequestMachine, inout [UInt8]) -> RequestAction) -> RequestAction {
        table.clearOutput()
        let action = body(&machine, &table.output)
        if table.output.isEmpty { return action }
        let next = transmit()
        if case .wait = action { return next }
        return action
    }

    /// Sends what the table's output holds, and a body behind it, as far as the system takes it. What is left is sent when
    /// the system takes more.
    func transmit(_ body: [UInt8] = []) -> RequestAction {
        guard let tls else { return send(body) ? whenSent() : machine.failed() }
        let head = table.output
        guard tls.send(head.span), tls.send(body.span) else { return machine.failed() }
        return sendCiphertext(of: tls) ? whenSent() : machine.failed()
    }

    /// Sends what a TLS session has for its peer. False when the connection is broken.
    func sendCiphertext(of tls: TLSSession) -> Bool {
        table.clearOutput()
        tls.takeOutput(into: &table.output)
        return table.output.isEmpty || send([])
    }

    private func send(_ body: [UInt8]) -> Bool {
        guard unsent.isEmpty, !unsent.isBlocked else {
            unsent.append(table.output[...], body)
            return true
        }
        guard let sent = Socket.send(table.output, body, to: descriptor) else { return false }
        let (head, rest) = (min(sent, table.output.count), max(0, sent - table.output.count))
        unsent.append(table.output[head...], body, from: rest)
        if !unsent.isEmpty {
            unsent.isBlocked = true
            machine.sentSome(sent, now: table.now)
        }
        return true
    }

    func sendUnsent() -> RequestAction {
        guard let sent = unsent.send(to: descriptor) else { return machine.failed() }
        machine.sentSome(sent, now: table.now)
        return whenSent()
    }

    func whenSent() -> RequestAction {
        guard unsent.isEmpty else { return .wait }
        let (now, room) = (table.now, table.shared.bodyRoom)
        let hasUnread = isReadable
        return ask { machine, output in
            machine.sent(now: now, bodyRoom: room, hasUnread: hasUnread, output: &output)
        }
    }

    /// Ends the output; input is still read, so that the system does not reset the connection before the client has read
    /// its answer.
    func endOutput() -> RequestAction {
        if let tls {
            tls.close()
            guard sendCiphertext(of: tls), unsent.isEmpty else { return machine.failed() }
        }
        shutdown(descriptor, Int32(SHUT_WR))
        return .wait
    }
}
