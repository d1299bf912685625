internal import Authentication
internal import MuxProtocol

/// Assembles a request from the input of a mux connection.
struct MuxReader: Sendable {
    enum Outcome: ~Copyable {
        /// More input is needed.
        case wait
        /// All required fields have arrived, and a fifth field has begun.
        case waitForAddress
        case request(AuthRequest)
        case error(MuxError)
    }

    private let parser: RequestParser
    /// How many bytes are needed before parsing again.
    private var needed = 1

    init(parser: RequestParser) {
        self.parser = parser
    }

    /// Parses all input so far; with `ignoringAddress` it does not wait for a fifth field any longer.
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
