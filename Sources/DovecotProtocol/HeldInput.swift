internal import Authentication

/// Received bytes that cannot be processed yet: an incomplete line, or lines of a client that has to wait.
///
/// They may contain passwords, so no copy of them is left anywhere.
struct HeldInput: ~Copyable, Sendable {
    private var bytes: [UInt8] = []
    /// How many bytes have been taken.
    private var start = 0
    /// How many bytes after `start` have no line break.
    private var searched = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ piece: Span<UInt8>) {
        if bytes.capacity - bytes.count >= piece.count {
            for index in piece.indices { bytes.append(piece[index]) }
            return
        }
        var whole = [UInt8](capacity: max(2 * count, count + piece.count)) { output in
            for index in start..<bytes.count { output.append(bytes[index]) }
            for index in piece.indices { output.append(piece[index]) }
        }
        swap(&whole, &bytes)
        wipe(whole.span)
        start = 0
    }

    /// Looks for the end of the first line.
    mutating func search() -> LineSearch {
        let result = LineSearch(bytes.span.extracting(droppingFirst: start), from: searched)
        if case .incomplete = result { searched = count }
        return result
    }

    /// Removes the first `count` bytes; the caller wipes them.
    mutating func take(_ count: Int) -> [UInt8] {
        searched = 0
        if start == 0, count == bytes.count { return exchange([]) }
        let taken = [UInt8](copying: bytes.span.extracting(start..<start + count))
        start += count
        if start == bytes.count { wipeAll() }
        return taken
    }

    mutating func wipeAll() {
        let old = exchange([])
        wipe(old.span)
    }

    private mutating func exchange(_ new: [UInt8]) -> [UInt8] {
        var old = new
        swap(&old, &bytes)
        start = 0
        searched = 0
        return old
    }

    deinit {
        let bytes = bytes
        wipe(bytes.span)
    }
}

/// The place of a line's end.
enum LineSearch: Equatable {
    /// The line break is at this index.
    case line(end: Int)
    /// There is no line break, and there may be one before the limit.
    case incomplete
    case tooLong

    /// Searches `bytes`; the first `searched` bytes have no line break.
    init(_ bytes: Span<UInt8>, from searched: Int = 0) {
        let limit = min(bytes.count, LineLimit.line)
        for index in min(searched, limit)..<limit where bytes[index] == UInt8(ascii: "\n") {
            self = .line(end: index)
            return
        }
        self = limit == LineLimit.line ? .tooLong : .incomplete
    }
}
