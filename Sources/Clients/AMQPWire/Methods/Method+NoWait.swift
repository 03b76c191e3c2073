extension Method {
    /// The same request without `noWait`: a declaration or binding with it gets no answer, and its caller would wait
    /// for ever. Other methods are returned as they are.
    public var wantingAnswer: Method {
        switch self {
        case .exchangeDeclare(var declaration):
            declaration.noWait = false
            return .exchangeDeclare(declaration)
        case .exchangeBind(var binding):
            binding.noWait = false
            return .exchangeBind(binding)
        case .exchangeUnbind(var binding):
            binding.noWait = false
            return .exchangeUnbind(binding)
        case .queueDeclare(var declaration):
            declaration.noWait = false
            return .queueDeclare(declaration)
        case .queueBind(var binding):
            binding.noWait = false
            return .queueBind(binding)
        default: return self
        }
    }
}
