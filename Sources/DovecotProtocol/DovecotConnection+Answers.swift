package import Authentication
package import Platform

extension DovecotConnection {
    /// Sends the client a message of the exchange; then it is the client's turn.
    package mutating func challenge(_ message: Span<UInt8>, to key: RequestKey, now: Instant) -> DovecotAnswer {
        guard var request = request(key) else { return .none }
        request.turn = .client(since: now)
        requests[key.id] = request
        working -= 1
        return .line(ServerLine.challenge(key.id, message))
    }

    /// Accepts a login, with the server's last message if it belongs into the answer.
    ///
    /// A login with control characters is refused: clients would take it for another one.
    package mutating func accept(
        _ key: RequestKey,
        login: ByteString,
        finalMessage: ByteString? = nil
    ) -> DovecotAnswer {
        guard !login.isEmpty, login.isPrintable else {
            return reject(key, login: nil, .refused(.wrongPassword))
        }
        guard let request = request(key) else { return .none }
        remove(request)
        guard let finalMessage else { return .line(ServerLine.success(key.id, login: login, final: nil)) }
        return .line(ServerLine.success(key.id, login: login, final: finalMessage.bytes.span))
    }

    /// Refuses a login; `login` is `nil` if no name could be read.
    package mutating func reject(_ key: RequestKey, login: ByteString?, _ rejection: Rejection) -> DovecotAnswer {
        guard let request = request(key), let minorVersion else { return .none }
        remove(request)
        return .line(ServerLine.rejection(key.id, login: login, rejection, minorVersion: minorVersion))
    }

    /// Reports that there is no verdict.
    ///
    /// After `.close` the connection is closed, and all that was in flight on it is over.
    package mutating func failTemporarily(_ key: RequestKey, login: ByteString?) -> DovecotAnswer {
        guard let request = request(key), let minorVersion else { return .none }
        let closes =
            switch unavailable {
            case .automatic: minorVersion == 0
            case .close: true
            case .fail: false
            }
        if closes, requests.count == 1 {
            close()
            return .close
        }
        remove(request)
        return .line(ServerLine.unavailable(key.id, login: login))
    }

    /// Forgets the exchanges whose clients have not continued for too long; returns their requests.
    ///
    /// Nothing is sent.
    package mutating func expire(now: Instant) -> [RequestKey] {
        let expired = requests.values.filter { request in
            if case .client(let since) = request.turn {
                since.advanced(milliseconds: limits.patience) <= now
            } else {
                false
            }
        }
        for request in expired { remove(request) }
        return expired.map(\.key).sorted { $0.serial < $1.serial }
    }

    /// When `expire` has something to do; `nil` while no exchange waits for its client.
    package var deadline: Instant? {
        guard requests.count > working else { return nil }
        let beginnings = requests.values.compactMap { request in
            if case .client(let since) = request.turn { since } else { nil }
        }
        return beginnings.min()?.advanced(milliseconds: limits.patience)
    }

    /// The request, if it waits for the server; a request that the client gave up counts no longer.
    private mutating func request(_ key: RequestKey) -> Request? {
        guard let request = requests[key.id], request.key == key, request.turn == .server else {
            abandoned.remove(key)
            return nil
        }
        return request
    }
}
