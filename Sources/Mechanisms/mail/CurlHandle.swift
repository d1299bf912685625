internal import Authentication
internal import CCurl
internal import Platform

/// A call of libcurl that failed.
struct CurlFailure: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ code: CURLcode) {
        // SAFETY: libcurl has a constant text for every code.
        description = unsafe String(cString: curl_easy_strerror(code))
    }
}

/// A connection of libcurl; curl_easy_init(3).
///
/// libcurl gets no login and no password: `Session` sends them itself. The handle leaves its multi handle before its end.
///
/// Safe: the pointers are owned here and given out only for calls of the multi handle.
@safe
struct CurlHandle: ~Copyable {
    /// For the length of one call of the multi handle; never keep it.
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var places: UnsafeMutablePointer<curl_slist>?

    static func make() throws(CurlFailure) -> CurlHandle {
        guard let pointer = unsafe curl_easy_init() else { throw CurlFailure("libcurl has no handle") }
        let handle = unsafe CurlHandle(adopting: pointer)
        // SAFETY: the text lives until after curl_easy_cleanup.
        try check(unsafe ccurl_set_error_text(pointer, handle.errorText))
        return handle
    }

    private init(adopting pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = pointer
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        // SAFETY: the text has that many places.
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        // SAFETY: this is the one owner of all three, and the handle is in no multi handle.
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_slist_free_all(places)
        unsafe errorText.deallocate()
    }

    /// Distinguishes handles.
    var address: UInt { unsafe UInt(bitPattern: pointer) }

    /// Why the connection failed, in libcurl's words, which may include the server's.
    func reason(_ code: CURLcode) -> String {
        // SAFETY: libcurl ends the text within its length.
        let text = unsafe String(cString: errorText)
        return text.isEmpty ? CurlFailure(code).description : text
    }

    mutating func set(_ option: CURLoption, _ number: Int) throws(CurlFailure) {
        try Self.check(unsafe ccurl_set_number(pointer, option, number))
    }

    /// Sets a text; `nil` for none.
    mutating func set(_ option: CURLoption, _ text: String?) throws(CurlFailure) {
        guard let text else { return try Self.check(unsafe ccurl_set_text(pointer, option, nil)) }
        // SAFETY: libcurl copies the text.
        try Self.check(unsafe ccurl_set_text(pointer, option, text))
    }

    /// Connects to another host and port than those of the URL; `CURLOPT_CONNECT_TO`.
    mutating func connect(to place: String) throws(CurlFailure) {
        // SAFETY: libcurl copies the text; the list lives until after curl_easy_cleanup.
        unsafe places = curl_slist_append(places, place)
        try Self.check(unsafe ccurl_set_list(pointer, CURLOPT_CONNECT_TO, places))
    }

    /// Passes the server's lines and `context` to `function` while libcurl connects.
    mutating func setLineFunction(
        _ function: curl_write_callback,
        context: UnsafeMutableRawPointer
    ) throws(CurlFailure) {
        try Self.check(unsafe ccurl_set_line_function(pointer, function, context))
    }

    /// Passes libcurl's debug texts and `context` to `function` while it connects.
    mutating func setDebugFunction(
        _ function: curl_debug_callback,
        context: UnsafeMutableRawPointer
    ) throws(CurlFailure) {
        try Self.check(unsafe ccurl_set_debug_function(pointer, function, context))
    }

    /// The address and the port of an open connection.
    var peer: String? {
        // SAFETY: libcurl's text is terminated, and copied before its next call.
        guard let address = unsafe ccurl_get_peer_address(pointer) else { return nil }
        return unsafe "\(String(cString: address)) port \(ccurl_get_peer_port(pointer))"
    }

    /// Shares the TLS sessions of `sessions`, which outlives the handle.
    mutating func share(_ sessions: borrowing CurlSessions) throws(CurlFailure) {
        try Self.check(unsafe ccurl_set_share(pointer, sessions.pointer))
    }

    /// The descriptor of an open connection, for a loop to wait on; libcurl owns it.
    var socket: CInt? {
        var socket: curl_socket_t = -1
        guard unsafe ccurl_get_socket(pointer, &socket) == CURLE_OK, socket >= 0 else { return nil }
        return socket
    }

    /// Whether an open connection is encrypted.
    var isEncrypted: Bool {
        var time: curl_off_t = 0
        return unsafe ccurl_get_handshake_time(pointer, &time) == CURLE_OK && time > 0
    }

    /// Sends as much as there is room for, from `start` on.
    func send(_ secret: borrowing Secret, from start: Int) throws(CurlFailure) -> Int {
        let rest = secret.span.extracting(droppingFirst: start)
        var sent = 0
        let code = unsafe rest.withUnsafeBufferPointer { bytes in
            // SAFETY: the span shows as many bytes as the call gets.
            unsafe curl_easy_send(pointer, bytes.baseAddress, bytes.count, &sent)
        }
        if code == CURLE_AGAIN { return 0 }
        try Self.check(code)
        return sent
    }

    /// Reads what has come into `buffer`.
    func receive(into buffer: inout [UInt8]) throws(CurlFailure) -> Transfer {
        var count = 0
        // SAFETY: the array is as long as the call gets.
        let code = unsafe curl_easy_recv(pointer, &buffer, buffer.count, &count)
        if code == CURLE_AGAIN { return .wouldBlock }
        try Self.check(code)
        return count > 0 ? .bytes(count) : .ended
    }

    private static func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code) }
    }
}

/// TLS sessions that connections share; curl_share_init(3).
///
/// Safe: the pointer is owned here, and given out only for calls.
@safe
struct CurlSessions: ~Copyable {
    let pointer: UnsafeMutableRawPointer

    static func make() throws(CurlFailure) -> CurlSessions {
        guard let pointer = unsafe curl_share_init() else { throw CurlFailure("libcurl has no share handle") }
        let sessions = unsafe CurlSessions(adopting: pointer)
        guard unsafe ccurl_share_sessions(pointer) == CURLSHE_OK else {
            throw CurlFailure("libcurl does not share TLS sessions")
        }
        return sessions
    }

    private init(adopting pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        // SAFETY: this is the one owner, and the handles that share it are gone.
        unsafe curl_share_cleanup(pointer)
    }
}
