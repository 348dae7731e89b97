/** Files taken of a drop at most: an ensemble of models is the largest that makes sense. */
const MOST_FILES = 64

/** The files of a drop; those of a folder, one level deep, stand in its place. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Entries and files must be asked for at once: a drop is empty when its event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  const files = [...transfer.files]
  const folders = entries.filter((entry) => entry?.isDirectory === true)
  if (folders.length === 0) return files
  const inside = await Promise.all(
    folders.map((folder) => filesOf(folder as FileSystemDirectoryEntry)),
  )
  const names = new Set(folders.map((folder) => folder?.name))
  return [...files.filter(({ name }) => !names.has(name)), ...inside.flat()].slice(0, MOST_FILES)
}

async function filesOf(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader()
  const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => {
    reader.readEntries(resolve, reject)
  })
  const visible = entries.filter(({ isFile, name }) => isFile && !name.startsWith('.'))
  return Promise.all(visible.slice(0, MOST_FILES).map(fileOf))
}

function fileOf(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    ;(entry as FileSystemFileEntry).file(resolve, reject)
  })
}
