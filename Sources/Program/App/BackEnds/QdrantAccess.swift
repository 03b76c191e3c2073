/// Who uses vectors on a server, and how large they are. Neither description nor dump shows the key.
package struct QdrantAccess: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The key that the server wants; nil for none.
    package var apiKey: String?
    /// How many numbers a vector has where no catalogue says it; 1 or more.
    package var vectorSize: Int

    /// By default, no key and vectors of 64 numbers.
    package init(apiKey: String? = nil, vectorSize: Int = 64) {
        self.apiKey = apiKey
        self.vectorSize = vectorSize
    }

    /// The size of vectors.
    package var description: String { "vectors of \(vectorSize) numbers, \(apiKey == nil ? "no key" : "a key")" }
    package var customMirror: Mirror { Mirror(self, children: ["access": description]) }
}
