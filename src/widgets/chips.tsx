import './controls.css';
import { Icon } from './Icon.tsx';

interface ModelChipProps {
  readonly model: string;
  readonly color: string;
  /** Given: the chip is a button. */
  readonly onClick?: () => void;
}

/** A model's colour and name. */
export function ModelChip({ model, color, onClick }: ModelChipProps) {
  const content = (
    <>
      <i className="md" style={{ background: color }} />
      <span>{model}</span>
    </>
  );
  return onClick === undefined ? (
    <span className="chip" title={model}>
      {content}
    </span>
  ) : (
    <button type="button" className="chip" title={`Filter by ${model}`} onClick={onClick}>
      {content}
    </button>
  );
}

/** Status with an icon, so that it does not rest on colour. `failed`: failed spans below an OK one. */
export function Status({ status, failed = 0 }: { readonly status: string; readonly failed?: number }) {
  const value = status.toUpperCase();
  if (value === 'ERROR')
    return (
      <span className="st err">
        <Icon name="err" />
        error
      </span>
    );
  if (failed > 0)
    return (
      <span className="st wrn" title={`${value === 'OK' ? 'OK' : 'Unset'}, but ${failed} failed inside`}>
        <Icon name="warn" />
        {value === 'OK' ? 'ok' : 'unset'}, {failed} failed
      </span>
    );
  return value === 'OK' ? (
    <span className="st ok">
      <Icon name="check" />
      ok
    </span>
  ) : (
    <span className="st">{value.toLowerCase()}</span>
  );
}
