import Testing

@testable import LoadTesting
