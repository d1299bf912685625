internal import CCurl

extension CurlHandle {
    /// Prepares the connection to `server`: libcurl opens it, encrypts it and reads the capabilities within `milliseconds`.
    mutating func configure(for server: Server, milliseconds: Int) throws(CurlFailure) {
        try set(CURLOPT_URL, server.url)
        if let place = server.connectTo { try connect(to: place) }
        try set(CURLOPT_PROTOCOLS_STR, "imap,imaps,pop3,pop3s")
        try set(CURLOPT_CONNECT_ONLY, 1)
        try set(CURLOPT_TIMEOUT_MS, milliseconds)
        // No signals, and no proxy from the environment.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROXY, "")
        // A time-out of a name lookup does not wait for the lookup's thread.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_USE_SSL, Self.level(of: server.startTLS))
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, server.acceptsAnyCertificate ? 0 : 1)
        try set(CURLOPT_SSL_VERIFYHOST, server.acceptsAnyCertificate ? 0 : 2)
        // A changed file of authorities is read again after that many seconds.
        try set(CURLOPT_CA_CACHE_TIMEOUT, 300)
        guard !server.authorities.isEmpty else { return }
        try set(CURLOPT_CAINFO, server.authorities)
        try set(CURLOPT_CAPATH, nil)
    }

    private static func level(of startTLS: Server.StartTLS) -> Int {
        switch startTLS {
        case .required: Int(CURLUSESSL_ALL.rawValue)
        case .try: Int(CURLUSESSL_TRY.rawValue)
        case .no: Int(CURLUSESSL_NONE.rawValue)
        }
    }
}
