import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Icon } from '../../widgets/Icon.tsx';

interface Props {
  /** What failed to be drawn: "This cell", "The page". */
  readonly what: string;
  /** A change of it tries again: the run of a result, the address. */
  readonly resetKey?: unknown;
  readonly children: ReactNode;
}
interface State {
  readonly error: Error | undefined;
  readonly key: unknown;
}

/** Keeps a defect in one place: the rest of the page goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, key: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.key ? null : { error: undefined, key: props.resetKey };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="errbox" role="alert">
        <Icon name="err" />
        <div>
          <b>{this.props.what} could not be drawn</b>
          <span>{this.state.error.message}</span>
          <div className="fix">
            <button type="button" className="btn xs" onClick={() => this.setState({ error: undefined })}>
              Try again
            </button>
          </div>
        </div>
      </div>
    );
  }
}
