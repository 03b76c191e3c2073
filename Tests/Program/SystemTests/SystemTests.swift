import Testing

/// The program as a whole, one test after the other: each has the machine for itself, as far as it goes.
@Suite(.serialized, .timeLimit(.minutes(10))) enum SystemTests {}
