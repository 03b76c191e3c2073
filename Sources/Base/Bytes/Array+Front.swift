extension Array {
    /// Gives back the places at the front that are used up, once they are all or at least half of the elements: moving what
    /// is left then costs no more than using them up did.
    ///
    /// - Parameter head: How many elements are used up; 0 afterwards where their places were given back.
    @inlinable
    mutating func releaseFront(_ head: inout Int) {
        if head == count {
            removeAll(keepingCapacity: head <= 4_096)
            head = 0
        } else if head >= 64, head >= count / 2 {
            removeSubrange(..<head)
            head = 0
        }
    }
}
