/** The product's mark, drawn inline so that the first paint has it. */
export function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
      <rect x="1" y="1" width="22" height="22" rx="6" fill="var(--accent-fill)" />
      <path d="M6 7.5h7.5M6 12h12M6 16.5h9.5" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="17" cy="7.5" r="1.7" fill="#fff" />
    </svg>
  );
}
