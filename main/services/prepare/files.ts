/** Files a step writes on the machine: what stood there before is kept, and put back unless somebody changed it since. */
const KEPT_FOLDER = '/var/lib/bizosaas-console/before';

const keptAs = (path: string) => `${KEPT_FOLDER}/${path.replaceAll('/', '_').replace(/^_/, '')}`;

/** A here-document whose content is taken as it stands. */
export function writeFile(path: string, content: string): string {
  return `cat > ${path} <<'BIZOSAAS_END'\n${content.replace(/\n?$/, '\n')}BIZOSAAS_END`;
}

/** Writes a file and notes what it was before and is now; running it twice keeps the first of them. */
export function replaceFile(path: string, content: string): string[] {
  const kept = keptAs(path);
  return [
    `mkdir -p ${KEPT_FOLDER}
if [ ! -e ${kept} ] && [ ! -e ${kept}.none ]; then
  if [ -e ${path} ]; then cp -p ${path} ${kept}; else : > ${kept}.none; fi
fi`,
    writeFile(path, content),
    `sha256sum ${path} > ${kept}.sum`,
  ];
}

/** Ends with an error where the file was changed since; does nothing where it was never replaced. */
export function putBackFile(path: string): string {
  const kept = keptAs(path);
  return `if [ -e ${path} ] && [ -e ${kept}.sum ] && ! sha256sum --status -c ${kept}.sum; then
  echo "${path} was changed since; edit it by hand."; exit 1
fi
if [ -e ${kept} ]; then mv ${kept} ${path}; elif [ -e ${kept}.none ]; then rm -f ${path}; fi
rm -f ${kept}.none ${kept}.sum`;
}
