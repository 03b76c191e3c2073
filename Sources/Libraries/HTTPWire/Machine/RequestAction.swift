/// What the owner of a ``RequestMachine`` has to do next. At most one thing follows from an event.
public enum RequestAction: Sendable {
    /// Nothing, until the next event.
    case wait
    /// Have the request handled, and give the answer to the machine.
    case handle(RequestHead, body: [UInt8])
    /// Give the answer that this refusal stands for to the machine, at once. A handler that is under way is not waited
    /// for any more.
    case refuse(HTTPRefusal)
    /// Cancel the handler, since its client has gone; its answer is still taken.
    case cancelHandler
    /// The stream has been silent for its interval.
    case beat
    /// End the connection's output, and go on reading: what comes is dropped.
    case endOutput
    /// Close the connection; no event has a meaning any more.
    case close
}
