/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
public struct HTTPDate: Equatable, Comparable, Sendable {
  /// Seconds since 1970, without leap seconds.
  public let seconds: Int

  /// From a time stamp; HTTP knows no smaller unit than the second, and no year of more than four digits: what is
  /// earlier or later becomes the first or the last second that can be written.
  public init(seconds: Int) {
    self.seconds = min(max(seconds, Self.first), Self.last)
  }

  /// The years 0 to 9999.
  private static let first = daysSince1970(year: 0, month: 1, day: 1) * 86_400
  private static let last = daysSince1970(year: 10_000, month: 1, day: 1) * 86_400 - 1

  /// Reads the preferred form and the two obsolete ones, which a recipient must still accept; nil for others.
  public init?(_ text: String) {
    let parts = Array(text.utf8).split { $0 == .space || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ",") }
    let fields: (day: ArraySlice<UInt8>, month: ArraySlice<UInt8>, year: ArraySlice<UInt8>, time: ArraySlice<UInt8>)
    if parts.count == 6, parts[5].elementsEqual("GMT".utf8) {
      // Sun, 06 Nov 1994 08:49:37 GMT and Sunday, 06-Nov-94 08:49:37 GMT
      fields = (parts[1], parts[2], parts[3], parts[4])
    } else if parts.count == 5 {
      // Sun Nov  6 08:49:37 1994
      fields = (parts[2], parts[1], parts[4], parts[3])
    } else {
      return nil
    }
    let clock = fields.time.split(separator: .colon, omittingEmptySubsequences: false).map(\.decimalValue)
    guard let day = fields.day.decimalValue, (1...31).contains(day),
      let month = Self.months.firstIndex(where: { fields.month.elementsEqual($0.utf8) }),
      var year = fields.year.decimalValue, year <= 9999,
      clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      hour < 24, minute < 60, second <= 60
    else { return nil }
    // RFC 9110 §5.6.7 has the century go by today's date. This parser knows no clock, and nobody sends two digits now.
    if fields.year.count == 2 { year += year < 70 ? 2000 : 1900 }
    let days = Self.daysSince1970(year: year, month: month + 1, day: day)
    // 31 November would be counted as 1 December.
    guard Self.date(ofDay: days) == (year, month + 1, day) else { return nil }
    // A leap second is the second before: there is no other number for it on its day.
    seconds = days * 86_400 + hour * 3600 + minute * 60 + min(second, 59)
  }

  /// The preferred form.
  public var text: String {
    let (days, rest) = Self.divide(seconds, by: 86_400)
    let (year, month, day) = Self.date(ofDay: days)
    let weekday = Self.weekdays[Self.divide(days + 4, by: 7).remainder]
    let time = [rest / 3600, rest / 60 % 60, rest % 60].map(Self.twoDigits).joined(separator: ":")
    // Four digits: a year with two would be read as one of the past half century or the next.
    let paddedYear = Self.twoDigits(year / 100) + Self.twoDigits(year % 100)
    return "\(weekday), \(Self.twoDigits(day)) \(Self.months[month - 1]) \(paddedYear) \(time) GMT"
  }

  /// Earlier is less.
  public static func < (a: HTTPDate, b: HTTPDate) -> Bool { a.seconds < b.seconds }

  private static let months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(separator: " ").map(String.init)
  private static let weekdays = "Sun Mon Tue Wed Thu Fri Sat".split(separator: " ").map(String.init)

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Division that rounds down, also before 1970.
  private static func divide(_ number: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let remainder = (number % divisor + divisor) % divisor
    return ((number - remainder) / divisor, remainder)
  }

  // Counted from 1 March of year 0, so that the leap day is the last of its year and months follow one formula.

  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = divide(shifted, by: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(ofDay days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = divide(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = (shiftedMonth + 2) % 12 + 1
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
