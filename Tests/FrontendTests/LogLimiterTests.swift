import Platform
import Testing

@testable import Frontend

@Suite struct LogLimiterTests {
    @Test func `an account is told of once a minute`() {
        var limiter = LogLimiter()
        let news = [0, 1, 59_999, 60_000, 60_001].map { limiter.isNews(33, now: CredentialCacheTests.at($0)) }
        #expect(news == [true, false, false, true, false])
        let other = limiter.isNews(34, now: CredentialCacheTests.at(0))
        #expect(other)
    }

    @Test func `what is remembered of many accounts is bounded`() {
        var limiter = LogLimiter()
        var news = 0
        for account in 8..<5_000 where limiter.isNews(UInt32(account), now: CredentialCacheTests.start) { news += 1 }
        #expect(news == 4_992)
    }
}
