internal import Authentication
internal import Glibc
internal import Platform
internal import ProcessProtocol

/// What saslauthd(8) passes to a mechanism program: the connection, the text of `-O`, and the environment.
struct ProgramStart: ~Copyable {
    private let connection: OwnedDescriptor
    /// The text of `-O`, which may contain a password; empty when not given, `nil` after it was taken.
    private var option: Secret?
    let environment: WorkerEnvironment

    /// The longest text of `-O`, in bytes.
    private static let longestOption = 65_536

    /// Takes over the descriptors from saslauthd(8); `nil` when the program was not started by it.
    ///
    /// Afterwards descriptors 0 and 1 are /dev/null, so that a library that prints does not damage the frames.
    static func take() -> ProgramStart? {
        guard let environment = Self.environment else { return nil }
        do throws(SystemError) {
            let connection = try OwnedDescriptor.copy(of: WorkerDescriptors.connection)
            let null = try OwnedDescriptor.open("/dev/null", O_RDWR)
            try systemCall("dup2") { dup2(null.rawValue, STDIN_FILENO) }
            try systemCall("dup2") { dup2(null.rawValue, STDOUT_FILENO) }
            let option = try Secret.reading(OwnedDescriptor(adopting: WorkerDescriptors.option), limit: longestOption)
            return ProgramStart(connection: connection, option: option, environment: environment)
        } catch {
            return nil
        }
    }

    consuming func intoConnection() -> OwnedDescriptor { connection }

    /// The text of `-O`; empty at the second call.
    mutating func takeOption() -> Secret { option.take() ?? Secret(copying: Span()) }

    /// The settings in the environment; `nil` when the program was not started by saslauthd(8).
    static var environment: WorkerEnvironment? { WorkerEnvironment(decoding: { Program.variable($0.rawValue) }) }
}
