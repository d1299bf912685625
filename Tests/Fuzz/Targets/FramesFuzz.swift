import Authentication

@testable import ProcessProtocol

/// Frames between the frontend and mechanism programs, in both directions.
enum FramesFuzz {
    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        try divide(input)
        guard input.count <= Frame.maximumLength else { return }
        // The input is kind and body.
        var frame: [UInt8] = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: input.count >> $0) }
        frame += input
        try read(request: frame)
        try read(message: frame)
    }

    /// The input is a stream of frames.
    private static func divide(_ input: [UInt8]) throws(BrokenProperty) {
        var rest = input.span
        while let length = try? Frame.length(ofFirstIn: rest) {
            try check(5...rest.count ~= length, "a frame of \(length) of \(rest.count) bytes")
            let frame = [UInt8](copying: rest.extracting(first: length))
            try read(request: frame)
            try read(message: frame)
            rest = rest.extracting(droppingFirst: length)
        }
    }

    private static func read(request frame: [UInt8]) throws(BrokenProperty) {
        guard let encoded = request(frame) else { return }
        try check(request(encoded) == encoded, "a request is another one after its encoding")
        try check(encoded.count == frame.count, "a request has another length after its encoding")
    }

    private static func read(message frame: [UInt8]) throws(BrokenProperty) {
        guard let message = try? MechanismMessage(decoding: frame.span) else { return }
        let encoded = message.encoded
        guard let second = try? MechanismMessage(decoding: encoded.span) else {
            throw BrokenProperty(description: "the encoding of a message cannot be read")
        }
        try check(second.encoded == encoded, "a message is another one after its encoding")
        try check(isAcceptance(message) == isAcceptance(second), "a verdict is another one after its encoding")
        try check((try? Frame.length(ofFirstIn: encoded.span)) == encoded.count, "a frame with a wrong length")
    }

    /// The encoding of the request in a frame; `nil` if it is invalid.
    private static func request(_ frame: [UInt8]) -> [UInt8]? {
        guard let request = try? WorkerRequest(decoding: frame.span) else { return nil }
        return switch request {
        case .password(let frame): RequestFrame.encode(id: frame.id, frame.request)
        case .prepare(let frame): PrepareFrame.encode(id: frame.id, frame.request)
        case .prove(let frame): ProveFrame.encode(id: frame.id, frame.request)
        }
    }

    private static func isAcceptance(_ message: MechanismMessage) -> Bool {
        switch message {
        case .verdict(_, .accepted, _, _, _), .proven(_, .accepted, _, _, _, _): true
        default: false
        }
    }
}
