import Platform
import Testing

@testable import MailLogin

@Suite struct AuthenticateMemoryTests {
    @Test(arguments: [AuthenticateMemory.Lesson.answered, .refused])
    func `a lesson counts for an hour`(lesson: AuthenticateMemory.Lesson) {
        let start = Instant(nanoseconds: 5)
        var memory = AuthenticateMemory()
        #expect(memory.lesson(now: start) == nil)
        let isNew = memory.learn(lesson, now: start)
        #expect(isNew)
        #expect(memory.lesson(now: start.advanced(milliseconds: 3_599_999)) == lesson)
        #expect(memory.lesson(now: start.advanced(milliseconds: 3_600_000)) == nil)
    }

    @Test func `the last lesson counts, and is new where it is another`() {
        let start = Instant(nanoseconds: 5)
        var memory = AuthenticateMemory()
        var news: [Bool] = []
        for lesson in [AuthenticateMemory.Lesson.answered, .answered, .refused, .refused, .answered] {
            news.append(memory.learn(lesson, now: start))
        }
        #expect(news == [true, false, true, false, true])
        #expect(memory.lesson(now: start) == .answered)
    }
}
