internal import Authentication
internal import MuxProtocol

/// Makes one request of what comes over a connection to the mux socket, piece by piece.
struct MuxReader: Sendable {
    enum Outcome: ~Copyable {
        /// More is to come.
        case wait
        /// All that every client sends is there, and a fifth field has begun.
        case waitForAddress
        case request(AuthRequest)
        case error(MuxError)
    }

    private let parser: RequestParser
    /// How many bytes are worth a look.
    private var needed = 1

    init(parser: RequestParser) {
        self.parser = parser
    }

    /// Looks at all that has come so far; `ignoringAddress` where a fifth field is not waited for any longer.
    mutating func read(_ bytes: Span<UInt8>, ignoringAddress: Bool = false) -> Outcome {
        guard ignoringAddress || bytes.count >= needed else { return .wait }
        do throws(MuxError) {
            switch try parser.parse(bytes, ignoringAddress: ignoringAddress) {
            case .incomplete(let needed):
                self.needed = needed
                return .wait
            case .addressIncomplete(let needed):
                self.needed = needed
                return .waitForAddress
            case .complete(let request): return .request(request)
            }
        } catch {
            return .error(error)
        }
    }
}
