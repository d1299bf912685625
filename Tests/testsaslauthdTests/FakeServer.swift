import Glibc
import Platform
import Synchronization

/// A server on its own socket that accepts one connection after the other and sends a fixed answer.
final class FakeServer: Sendable {
    /// What is done with a connection.
    enum Manner: Sendable {
        /// Reads a request of so many fields and sends these bytes.
        case answer([UInt8], fields: Int)
        /// The same, a byte at a time.
        case answerInPieces([UInt8])
        /// Reads a request of four fields and closes.
        case close
        /// Answers OK only if the password is this one.
        case judge(password: [UInt8])
    }

    let folder: ScratchFolder
    let path: String
    private let state = Mutex<[[[UInt8]]]>([])

    /// The fields of the requests that came, in that order.
    var requests: [[[UInt8]]] { state.withLock { $0 } }

    init(_ manner: Manner) throws {
        // A client may close the connection before it has read everything.
        signal(SIGPIPE, SIG_IGN)
        folder = try ScratchFolder()
        path = folder.path + "/mux"
        let socket = try UnixSocket.listen(at: path)
        // A backlog so short that many at a time find it full.
        listen(socket.rawValue, 2)
        try serveClients(of: socket, while: { [weak self] in self != nil }) { [weak self] connection in
            self?.serve(connection, manner)
        }
    }

    private func serve(_ connection: borrowing OwnedDescriptor, _ manner: Manner) {
        let fields = if case .answer(_, let fields) = manner { fields } else { 4 }
        let request = (0..<fields).map { _ in field(from: connection) }
        state.withLock { $0.append(request) }
        switch manner {
        case .answer(let bytes, _): send(bytes, to: connection)
        case .answerInPieces(let bytes): for byte in bytes { send([byte], to: connection) }
        case .close: break
        case .judge(let password): send([0, 2] + Array((request[1] == password ? "OK" : "NO").utf8), to: connection)
        }
    }

    private func send(_ bytes: [UInt8], to connection: borrowing OwnedDescriptor) {
        try? connection.writeAll(bytes.span)
    }

    private func field(from connection: borrowing OwnedDescriptor) -> [UInt8] {
        let header = exactly(2, from: connection)
        guard header.count == 2 else { return [] }
        return exactly(Int(header[0]) << 8 | Int(header[1]), from: connection)
    }

    private func exactly(_ count: Int, from connection: borrowing OwnedDescriptor) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = try? connection.read(into: &bytes, limit: count - bytes.count), more > 0 else { break }
        }
        return bytes
    }
}

/// A new, empty folder that is removed with everything in it.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/testsaslauthd.XXXXXX".utf8CString)
        // SAFETY: the template is terminated, and the call changes it in place.
        guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp", number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // SAFETY: terminated strings for the length of the calls.
        unsafe chmod(path, 0o700)
        unsafe unlink(path + "/mux")
        unsafe rmdir(path)
    }
}

/// Serves the clients of a listening socket, one after the other, on a thread that ends when nobody wants it any more.
func serveClients(
    of socket: consuming OwnedDescriptor,
    while isWanted: @escaping @Sendable () -> Bool,
    serve: @escaping @Sendable (borrowing OwnedDescriptor) -> Void
) throws {
    let listener = Mutex<OwnedDescriptor?>(consume socket)
    try startThread {
        guard let listener = listener.withLock({ $0.take() }) else { return }
        while isWanted() {
            guard let ready = try? waitForInput(on: [listener.rawValue], milliseconds: 20) else { return }
            guard !ready.isEmpty, let connection = try? UnixSocket.accept(on: listener) else { continue }
            serve(connection)
        }
    }
}

private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

/// Runs `body` on a thread of its own.
private func startThread(_ body: @escaping @Sendable () -> Void) throws {
    var thread = pthread_t()
    // SAFETY: the retained box is taken over by the thread, once.
    let status = unsafe pthread_create(
        &thread,
        nil,
        { work in
            guard let work = unsafe work else { return nil }
            unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
            return nil
        },
        Unmanaged.passRetained(Work(body)).toOpaque()
    )
    guard status == 0 else { throw SystemError("pthread_create", number: status) }
    pthread_detach(thread)
}
