package import Authentication

/// A request to a mechanism program, with the number that its verdict will carry.
package struct RequestFrame: ~Copyable {
    package let id: UInt32
    package let request: AuthRequest

    package init(id: UInt32, request: consuming AuthRequest) {
        self.id = id
        self.request = request
    }

    /// Returns the request without its number.
    package consuming func intoRequest() -> AuthRequest { request }

    /// The frame of `request`; it contains the password, and the caller wipes it after sending.
    package static func encode(id: UInt32, _ request: borrowing AuthRequest) -> [UInt8] {
        let strings = [request.service, request.realm, request.remote]
        let size = 4 + strings.reduce(4 + request.login.count + request.password.count) { $0 + 2 + $1.count }
        var writer = FrameWriter(.request, bodyLength: size)
        writer.number(id)
        writer.string(request.login.bytes.span)
        writer.string(request.password.span)
        for string in strings { writer.string(string.bytes.span) }
        return writer.finish()
    }

    /// Parses a whole frame, of the length from `Frame.length`, from the daemon.
    package init(decoding frame: Span<UInt8>) throws(FrameError) {
        var reader = try BodyReader(ofFrame: frame)
        guard reader.kind == Frame.Kind.request.rawValue else { throw .unknownKind(reader.kind) }
        let id = try reader.number(UInt32.self)
        let login = ByteString(copying: try reader.string())
        let password = Secret(copying: try reader.string())
        let service = ByteString(copying: try reader.string())
        let realm = ByteString(copying: try reader.string())
        let remote = ByteString(copying: try reader.string())
        try reader.end()
        self.id = id
        request = AuthRequest(login: login, password: password, service: service, realm: realm, remote: remote)
    }
}
