internal import CCurl
internal import EventLoop
internal import Platform

/// Connections of libcurl on an event loop; curl_multi_init(3).
///
/// Safe: the pointer is owned here and never given out. libcurl has the object's address until `deinit`.
@safe
final class CurlLoop {
    private let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    private let sessions: CurlSessions
    private var sockets: [CInt: Socket] = [:]
    /// What to call at the end of a transfer, by the address of its handle.
    private var waiting: [UInt: (CURLcode) -> Void] = [:]
    /// The last time-out that libcurl asked for; it replaces earlier ones.
    private var timeout: EventLoop.Timeout?

    init(_ loop: EventLoop) throws(CurlFailure) {
        self.loop = loop
        sessions = try CurlSessions.make()
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = unsafe curl_multi_init() else {
            throw CurlFailure("libcurl cannot be used")
        }
        unsafe self.multi = multi
        // SAFETY: `deinit` takes the address back.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let codes = unsafe [
            ccurl_set_socket_function(multi, Self.onSocket, context),
            ccurl_set_timer_function(multi, Self.onTimer, context),
        ]
        guard codes.allSatisfy({ $0 == CURLM_OK }) else { throw CurlFailure("libcurl does not support event loops") }
    }

    deinit {
        // SAFETY: this is the one owner, every handle was taken out by its owner, and libcurl makes no more calls.
        unsafe ccurl_set_socket_function(multi, nil, nil)
        unsafe ccurl_set_timer_function(multi, nil, nil)
        unsafe curl_multi_cleanup(multi)
        if let timeout { loop.cancel(timeout) }
        // libcurl has closed them.
        for socket in sockets.values { loop.forget(socket.registration) }
    }

    /// A handle that shares TLS sessions with the others.
    func handle() throws(CurlFailure) -> CurlHandle {
        var handle = try CurlHandle.make()
        try handle.share(sessions)
        return handle
    }

    /// Starts to connect, and calls `done` with the result, never before this returns.
    func begin(_ handle: borrowing CurlHandle, done: @escaping (CURLcode) -> Void) {
        waiting[handle.address] = done
        // SAFETY: the handle is taken out again by `end` before it ends.
        let code = unsafe curl_multi_add_handle(multi, handle.pointer)
        precondition(code == CURLM_OK, "libcurl cannot start a connection")
    }

    /// Closes the connection, or stops connecting; called before the handle ends.
    func end(_ handle: borrowing CurlHandle) {
        waiting[handle.address] = nil
        // SAFETY: `begin` has put the handle there.
        unsafe curl_multi_remove_handle(multi, handle.pointer)
    }

    /// Reports an event on a socket, or a time-out, to libcurl, and calls those that wait for a transfer that is over.
    fileprivate func proceed(_ socket: CInt, _ events: CInt) {
        var running: CInt = 0
        // SAFETY: the multi handle lives as long as this object, and there is no other call of it meanwhile.
        unsafe curl_multi_socket_action(multi, socket, events, &running)
        var result = CURLE_OK
        while let handle = unsafe ccurl_next_done(multi, &result) {
            waiting.removeValue(forKey: UInt(bitPattern: handle))?(result)
        }
    }

    private func watch(_ socket: CInt, _ what: CInt) {
        do throws(SystemError) {
            guard what != CURL_POLL_REMOVE else {
                if let known = sockets.removeValue(forKey: socket) { try loop.remove(known.registration, socket) }
                return
            }
            let interest: Epoll.Interest = what == CURL_POLL_IN ? .reading : .readingAndWriting
            if let known = sockets[socket] {
                try loop.change(known.registration, socket, to: interest)
            } else {
                let source = SocketSource(socket, self)
                let registration = try loop.add(source, socket)
                sockets[socket] = Socket(registration: registration)
                try loop.change(registration, socket, to: interest)
            }
        } catch {
            // The descriptor is open; without events, libcurl's time-out ends the transfer.
            sockets[socket] = nil
        }
    }

    private func schedule(milliseconds: Int) {
        if let timeout = timeout.take() { loop.cancel(timeout) }
        guard milliseconds >= 0 else { return }
        // `deinit` cancels the time-out, so this object outlives it.
        timeout = loop.schedule(milliseconds: milliseconds) { [unowned self] in
            timeout = nil
            proceed(CURL_SOCKET_TIMEOUT, 0)
        }
    }

    private static let onSocket: curl_socket_callback = { _, socket, what, context, _ in
        guard let context = unsafe context else { return 0 }
        // SAFETY: `init` has given the address of the object, and `deinit` takes it back.
        unsafe Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
        return 0
    }

    private static let onTimer: curl_multi_timer_callback = { _, milliseconds, context in
        guard let context = unsafe context else { return 0 }
        // SAFETY: as above.
        unsafe Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().schedule(milliseconds: milliseconds)
        return 0
    }

    private struct Socket {
        let registration: EventLoop.Registration
    }
}

/// A descriptor that libcurl waits on.
private final class SocketSource: EventSource {
    private let socket: CInt
    /// Removes this object from the loop in its `deinit`, so it outlives the loop's use of it.
    private unowned let curl: CurlLoop

    init(_ socket: CInt, _ curl: CurlLoop) {
        self.socket = socket
        self.curl = curl
    }

    func isReady(readable: Bool, writable: Bool) {
        curl.proceed(socket, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0))
    }
}
