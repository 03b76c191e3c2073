/// The two bytes that every gzip member starts with. No zlib stream starts with the first of them.
enum GzipMagic {
    static let first: UInt8 = 0x1f
    static let second: UInt8 = 0x8b
}
