/** `node record.mjs <script> <words…>`: runs the script with the words and keeps what V8 compiled for it. */
import { recordScript } from './script.mjs';

const [file = ''] = process.argv.splice(2, 1);
recordScript(file);
