// Reads a Parquet file by hyparquet, and tells as JSON what is in it: columns, metadata, rows. Every value exactly, as text.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'

const file = await asyncBufferFromFile(process.argv[2])
const metadata = await parquetMetadataAsync(file)

const columns = metadata.schema.slice(1).map((element) => ({
  name: element.name,
  type: element.converted_type ?? element.logical_type?.type ?? element.type,
  required: element.repetition_type === 'REQUIRED',
  precision: element.precision ?? 0,
  scale: element.scale ?? 0,
  utc: element.logical_type?.isAdjustedToUTC ?? false,
}))

// hyparquet makes doubles of decimals: it is given them as the whole numbers that they are stored as.
const decimals = new Map(columns.filter(({ type }) => type === 'DECIMAL').map(({ name, scale }) => [name, scale]))
for (const element of metadata.schema.filter(({ name }) => decimals.has(name))) {
  delete element.converted_type
  delete element.logical_type
}

const unscaled = (value) => value instanceof Uint8Array
  ? BigInt.asIntN(8 * value.length, value.reduce((whole, byte) => (whole << 8n) | BigInt(byte), 0n))
  : BigInt(value)

const decimal = (value, scale) => {
  const whole = unscaled(value)
  const digits = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, '0')
  return (whole < 0n ? '-' : '') + digits.slice(0, digits.length - scale) + (scale ? '.' + digits.slice(-scale) : '')
}

const parsers = {
  timestampFromMicroseconds: (micros) => micros.toString(),
  dateFromDays: (days) => new Date(days * 86400000).toISOString().slice(0, 10),
}
const rows = await parquetReadObjects({ file, metadata, parsers, utf8: false })
const text = (name, value) => value === null || value === undefined ? null : decimals.has(name) ? decimal(value, decimals.get(name)) : value.toString()

process.stdout.write(JSON.stringify({
  count: Number(metadata.num_rows),
  groups: metadata.row_groups.length,
  about: Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value])),
  columns,
  rows: rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, text(name, row[name])]))),
}))
